/** The text of `anthill help where`. */

export const WHERE_TOPIC = `Usage: --where CONDITION, once for each condition; --param NAME:=EXPRESSION

  anthill run -n 50 -p layers=1..8 -p width=16..1024~log \\
      --where 'layers * width <= 4096' -- ./train {layers} {width}

Every config meets all conditions: those that are suggested, and those that
somebody adds. The study keeps them for all of its workers. A condition that
names a parameter which is not active says nothing about such a config, and one
that cannot be computed (it divides by zero) is not met.

A derived value follows from others, and is in the config like these:
-p u=-5.0..-1.0 -p 'lr:=10 ** u'. It is not searched. It may name other derived
values, and may be a text or true or false. Leave it out of a config that you
add. If it cannot be computed for a suggested config, that is an error: exclude
such configs by a condition.

Names           a parameter: lr; a nested one: opt.lr; in a list: filters[2]
Values          2, 1e-5, 'a text', true, false, null, pi
Signs           as in Python: + - * / // % **, comparisons and chains of them
                (1 < a <= b), in and not in (opt in ['adam', 'sgd']), and or
                not (&& || ! too), a if c else b (or c ? a : b); bits & | ^ <<
                >> ~ of whole numbers; + joins texts
Functions       abs min max sqrt exp expm1 log(x, base) log10 log2 log1p pow
                hypot sin cos tan tanh sign floor ceil round(x, decimals) int
                float str len lower upper

A number and a text are never equal; int('32') and str(32) turn one into the
other. There is nothing else: no loops, and no way to files or programs.

Exit status: a wrong condition ends a command with status 2.
`
