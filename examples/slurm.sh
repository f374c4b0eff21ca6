#!/bin/sh
# Workers of one study as the tasks of a Slurm array. Any number of them, of any arrays: the study says what each does.
# It needs a folder that all nodes see, and nothing else.
#
#     mkdir -p runs && sbatch examples/slurm.sh
#
# Two minutes before its time is up, a task is told to start nothing more (USR1). If work is left then, it asks for the
# same job again; the study goes on where it was. What was killed all the same is taken over by another task.
#
#SBATCH --job-name=digits
#SBATCH --array=1-8
#SBATCH --cpus-per-task=1
#SBATCH --time=01:00:00
#SBATCH --signal=B:USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=runs/slurm-%A_%a.log

study=${1:-runs/digits}
trials=${2:-200}

cd "${SLURM_SUBMIT_DIR:-.}" || exit
echo "task ${SLURM_ARRAY_TASK_ID:-0} on $(hostname), start $((${SLURM_RESTART_COUNT:-0} + 1))"

# Not by way of npx, which keeps signals to itself. In a project of your own: node_modules/.bin/anthill
${ANTHILL:-node dist/cli/main.js} run -s "$study" -n "$trials" --space examples/digits/space.json --minimize error \
  -- node dist/examples/digits/train.js '{flags}' &
worker=$!

# The signal reaches this shell alone, which hands it on. One that comes during 'wait' ends it before the worker does.
trap 'kill -USR1 "$worker"' USR1
trap 'kill -TERM "$worker"' TERM
wait "$worker"
status=$?
while kill -0 "$worker" 2>/dev/null; do
  wait "$worker"
  status=$?
done

if [ "$status" -eq 75 ]; then # stopped with work left
  scontrol requeue "$SLURM_JOB_ID"
fi
exit "$status"
