"""Runs Optuna's TPE with its pruners on the curves of curves.mjs, and prints the same table.

    python test/benchmark/curves.py [SEEDS] [FIRST_SEED]

A trial is not asked at its last epoch whether to stop, so that no whole trial is lost.
"""

import json
import statistics
import subprocess
import sys
from pathlib import Path

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
SEEDS = int(sys.argv[1]) if len(sys.argv) > 1 else 10
FIRST = int(sys.argv[2]) if len(sys.argv) > 2 else 0
PRUNERS = {
    "TPE": optuna.pruners.NopPruner,
    "TPE, median": optuna.pruners.MedianPruner,
    "TPE, hyperband": lambda: optuna.pruners.HyperbandPruner(min_resource=1, max_resource=81, reduction_factor=3),
}

server = subprocess.Popen(
    ["node", str(Path(__file__).with_name("curves.mjs")), "--serve"],
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
    text=True,
    bufsize=1,
)


def ask(**question):
    server.stdin.write(json.dumps(question) + "\n")
    server.stdin.flush()
    return json.loads(server.stdout.readline())


def run(family, seed, make_pruner):
    facts = ask(family=family, seed=seed)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed), pruner=make_pruner())
    epochs = 0
    for _ in range(facts["trials"]):
        trial = study.ask()
        config = {
            "rate": trial.suggest_float("rate", 1e-4, 1, log=True),
            "decay": trial.suggest_float("decay", 1e-6, 1e-1, log=True),
            "width": trial.suggest_int("width", 8, 512, log=True),
            "kind": trial.suggest_categorical("kind", ["a", "b", "c"]),
            "drop": trial.suggest_float("drop", 0, 0.8),
            "mix": trial.suggest_float("mix", 0, 1),
        }
        losses = ask(family=family, seed=seed, config=config)
        pruned = False
        for step, loss in enumerate(losses, start=1):
            epochs += 1
            trial.report(loss, step)
            if step < facts["epochs"] and trial.should_prune():
                pruned = True
                break
        if pruned:
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        else:
            study.tell(trial, losses[-1])
            if losses[-1] <= facts["target"]:
                return epochs
        if epochs >= facts["most"]:
            break
    return facts["most"]


for name, make_pruner in PRUNERS.items():
    cells = []
    for family in ["fast", "deep", "late"]:
        found = [run(family, seed, make_pruner) for seed in range(FIRST, FIRST + SEEDS)]
        reached = sum(epochs < 60 * 81 for epochs in found)
        cells.append(f"{family} {statistics.median(found):6g} ({reached}/{SEEDS})")
    print(name.ljust(22), "   ".join(cells), flush=True)
server.stdin.close()
