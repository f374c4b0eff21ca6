/** The text of `anthill help prior`. */

export const PRIOR_TOPIC = `Usage: --param NAME=SPEC~prior=PRIOR; in a --space FILE: "prior": PRIOR

  anthill run -n 60 -p 'lr=1e-5..1e-1~log~prior=normal(1e-3,0.5)' \\
      -p layers=1..8~prior=decay -p opt=adam,sgd~weights=3,1 \\
      -- ./train {flags}

Says where you believe the best value of a parameter. Designs and random draws
follow it. The sampler auto tries the likeliest values first. Among its first
configs, every fourth one follows the belief, so that a wrong one is found out.
Then it counts in what a config is worth to a model, less with each suggestion,
and little or not at all while the best results lie elsewhere. How long it
lasts: --sampler 'auto belief.decay=10'; by default a tenth of -n.

PRIOR                 the best value is believed to lie
  normal(MEAN,DEV)    around a value. DEV has the unit of the parameter; on a
                      log scale it counts powers of ten, so that 0.5 is a
                      factor of 3; on logit and bilog, steps of that scale
  log-normal(MEAN,DEV)
                      where its natural logarithm has this mean and deviation
  gaussian            in the middle of the range
  decay, exponential  near the lower end, near the upper end
  beta(A,B)           by this distribution over the range; gaussian is
                      beta(3,3), decay beta(0.8,1), exponential beta(1,0.8)
  points(V:W,V:W)     at these values with these weights, and in straight lines
                      between them
  density(V,V,V)      near values that were good before
  uniform             anywhere, as without a prior

A float, an int and an ordinal may have one. For an ordinal, DEV counts places,
and MEAN and V are values of its list. Choices and ordinals may have weights in
place of it: ~weights=3,1, one for each value in their order.

In a file a prior is a word, or an object:
  {"type": "float", "low": 0, "high": 1,
   "prior": {"kind": "normal", "mean": 0.3, "deviation": 0.1}}
  {"kind": "log-normal", "mean": 0, "deviation": 1}
  {"kind": "beta", "a": 2, "b": 5}
  {"kind": "points", "values": [0.1, 0.5], "weights": [1, 3]}
  {"kind": "density", "values": [0.2, 0.25, 0.4]}

A prior never changes how a model tells values apart: that is the scale. The
specs normal(0,1) and lognormal(0,1) are scales, and take no normal prior.

Exit status: a wrong prior ends a command with status 2.
`
