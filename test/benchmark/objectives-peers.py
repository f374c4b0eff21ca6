"""Runs samplers of Optuna on the problems of objectives.mjs, and prints shares of hypervolume and feasible regrets.

    python test/benchmark/objectives-peers.py [--samplers nsga2,gp] [--problems a,b] [--seeds 10] [--first-seed 0]
        [--trials 100] [--out runs.jsonl]
    python test/benchmark/objectives-peers.py --table runs.jsonl

It needs optuna, and torch for GPSampler. Values, constraints and scores are computed by `node objectives.mjs
--evaluate`, which needs the build in dist/. Each line of --out is a run: its score after 60 trials and at the end, null
where nothing feasible was found, and the seconds of the run. --table prints the medians of such a file.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import warnings

SAMPLERS = {"nsga2": "NSGAIISampler", "gp": "GPSampler"}
BENCHMARK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "objectives.mjs")


class Problems:
    """The problems, which a child of Node evaluates: one line of JSON for each question and for each answer."""

    def __init__(self):
        self.child = subprocess.Popen(
            ["node", BENCHMARK, "--evaluate"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.names = self.ask(list=True)

    def ask(self, **question):
        self.child.stdin.write(json.dumps(question) + "\n")
        self.child.stdin.flush()
        return json.loads(self.child.stdout.readline())


def suggest(trial, name, parameter):
    kind = parameter["type"]
    if kind == "choice":
        return trial.suggest_categorical(name, parameter["values"])
    one = trial.suggest_int if kind == "int" else trial.suggest_float
    return one(name, parameter["low"], parameter["high"], log=parameter.get("log", False))


def run(problems, name, sampler, seed, trials):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    problem = problems.ask(begin=name)

    def objective(trial):
        config = {key: suggest(trial, key, parameter) for key, parameter in problem["space"].items()}
        answer = problems.ask(config=config)
        trial.set_user_attr("excesses", answer["excesses"])
        return answer["objectives"]

    constraints = {"constraints_func": lambda trial: trial.user_attrs["excesses"]} if problem["isConstrained"] else {}
    study = optuna.create_study(
        directions=["minimize"] * problem["objectives"],
        sampler=getattr(optuna.samplers, SAMPLERS[sampler])(seed=seed, **constraints),
    )
    start = time.perf_counter()
    study.optimize(objective, n_trials=trials)
    seconds = round(time.perf_counter() - start, 1)
    at60, score = problems.ask(scores=[60, trials])
    return {"problem": name, "sampler": sampler, "seed": seed, "at60": at60, "score": score, "seconds": seconds}


def table(path):
    runs = {}
    with open(path) as lines:
        for line in lines:
            one = json.loads(line)
            runs.setdefault((one["problem"], one["sampler"]), []).append(one)
    infinity = float("inf")
    for (problem, sampler), some in sorted(runs.items()):
        median = {
            key: statistics.median(infinity if one[key] is None else one[key] for one in some)
            for key in ("at60", "score", "seconds")
        }
        print(
            f"{problem:16} {sampler:6} {len(some):3} seeds: after 60 {median['at60']:.4g}, "
            f"at the end {median['score']:.4g}, {median['seconds']:.0f} s"
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--samplers", default="nsga2,gp")
    parser.add_argument("--problems")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--out")
    parser.add_argument("--table")
    flags = parser.parse_args()
    if flags.table:
        return table(flags.table)
    warnings.simplefilter("ignore")
    problems = Problems()
    names = flags.problems.split(",") if flags.problems else problems.names
    for sampler in flags.samplers.split(","):
        for seed in range(flags.first_seed, flags.first_seed + flags.seeds):
            for name in names:
                line = json.dumps(run(problems, name, sampler, seed, flags.trials))
                print(line, flush=True)
                if flags.out:
                    with open(flags.out, "a") as out:
                        out.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
