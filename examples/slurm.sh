#!/bin/sh
# The workers of one study as the tasks of a Slurm array. There may be any number of tasks in any number of arrays: each
# takes its trials from the study. They need a folder that all nodes see, and nothing else.
#
#     mkdir -p runs && sbatch examples/slurm.sh
#
# Two minutes before its time is up, a task gets the signal USR1 and starts no more trials. If trials are left, it puts
# the job back into the queue, and the study goes on where it stopped. If a task is killed, another one takes over its
# trial.
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

# Not through npx, which does not pass signals on. In a project of your own: node_modules/.bin/anthill
${ANTHILL:-node dist/cli/main.js} run -s "$study" -n "$trials" --space examples/digits/space.json --minimize error \
  -- node dist/examples/digits/train.js '{flags}' &
worker=$!

# Only this shell gets the signal, and passes it on. A signal during 'wait' ends the 'wait', but not yet the worker.
trap 'kill -USR1 "$worker"' USR1
trap 'kill -TERM "$worker"' TERM
wait "$worker"
status=$?
while kill -0 "$worker" 2>/dev/null; do
  wait "$worker"
  status=$?
done

if [ "$status" -eq 75 ]; then # stopped while trials were left
  # One task of an array has the job id of the whole array: only ARRAY_TASK names it alone. The requeue sends TERM.
  trap '' TERM
  scontrol requeue "${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}"
fi
exit "$status"
