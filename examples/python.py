r"""A Python program that anthill tunes, in two ways: anthill starts it for each trial, or Python has the loop and asks
anthill for each trial. It needs the standard library only.

    node dist/cli/main.js run -s runs/python -n 20 -p x=-5.0..5.0 -p kernel=flat,steep --minimize loss \
        -- python3 examples/python.py
    python3 examples/python.py runs/python-loop
"""

import json
import os
import shlex
import subprocess
import sys


def train(config):
    """Stands for your own training."""
    return (config["x"] - 2) ** 2 * (10 if config["kernel"] == "steep" else 1)


def as_child():
    """Started by `anthill run` in the trial's directory. The config is a file there, and so is the answer."""
    with open(os.environ["ANTHILL_CONFIG"]) as file:
        config = json.load(file)
    with open("value.json.new", "w") as file:
        json.dump({"loss": train(config)}, file)
    os.replace("value.json.new", "value.json")  # so that no reader sees half a file


def as_loop(study):
    """Asks and tells by the command, which answers in JSON. Other processes may do the same at the same time."""
    command = shlex.split(os.environ.get("ANTHILL", "npx --no -- anthill"))
    space = ["-p", "x=-5.0..5.0", "-p", "kernel=flat,steep", "--minimize", "loss"]
    while True:
        asked = subprocess.run([*command, "ask", "-s", study, "-n", "10", *space, "--json"], stdout=subprocess.PIPE)
        if asked.returncode == 4:  # nothing is left to ask for
            break
        asked.check_returncode()
        trial = json.loads(asked.stdout)
        try:
            outcome = [repr(train(trial["config"]))]
        except Exception as error:
            outcome = ["--failed", repr(error)]
        subprocess.run([*command, "tell", "-s", study, trial["id"], *outcome], check=True)
    subprocess.run([*command, "best", "-s", study], check=True)


if "ANTHILL_CONFIG" in os.environ:
    as_child()
else:
    as_loop(sys.argv[1])
