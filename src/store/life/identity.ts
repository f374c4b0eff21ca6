/**
 * Who this process is, and whether another process of the same host still exists.
 *
 * A pid alone proves nothing: it counts only together with the start time, in the same boot and pid namespace. On a
 * system without /proc (macOS) nothing is known, and the heartbeat decides.
 */

import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { LONGEST_NAME } from '../disk/bounds.ts'
import type { Identity } from '../disk/documents.ts'
import { errorCode } from '../disk/file-system.ts'

/** A fresh identity for this process. Every call gives another worker id, since ids are never used twice. */
export function newIdentity(): Identity {
  const host = hostname()
  const readable =
    host
      .replace(/[^A-Za-z0-9_-]/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 40) || 'host'
  return {
    worker: `${readable}-${process.pid}-${randomBytes(5).toString('hex')}`,
    host: shown(host),
    boot: quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: quietly(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    start: startTime(process.pid) ?? '',
    ...schedulerJob(process.env),
  }
}

/** Whether `other` ran here and has certainly ended. False if it lives, or if nobody can tell. */
export function isKnownDead(me: Identity, other: Identity): boolean {
  const sameKernel =
    other.boot !== '' && other.boot === me.boot && other.namespace === me.namespace && other.start !== ''
  if (!sameKernel) return false
  const start = startTime(other.pid)
  return start === undefined ? !exists(other.pid) : start !== other.start
}

/** Whether `other` runs here and certainly exists, which does not mean that it still makes progress. */
export function isKnownAlive(me: Identity, other: Identity): boolean {
  return (
    other.boot !== '' &&
    other.boot === me.boot &&
    other.namespace === me.namespace &&
    startTime(other.pid) === other.start
  )
}

/** Whether `other` was an earlier run of our own task: the scheduler has restarted it since. */
export function isEarlierRunOf(me: Identity, other: Identity): boolean {
  return me.job !== '' && other.job === me.job && other.restart < me.restart
}

/** Field 22 of /proc/PID/stat; '' for a zombie, undefined if that file is absent or hidden from us. */
function startTime(pid: number): string | undefined {
  const stat = quietly(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? '' : fields[19]
}

/**
 * Whether the kernel knows the pid. It is asked because /proc may hide other users' processes, and because we may have
 * no file descriptor left to read /proc with.
 */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return errorCode(error) !== 'ESRCH'
  }
}

/**
 * Which scheduler task this is and how often it was restarted, by the variables of the usual schedulers. Two clusters
 * may give the same job ids. So the cluster's name comes first, else the host that the job was submitted on.
 */
export function schedulerJob(environment: NodeJS.ProcessEnv): { job: string; restart: number } {
  const e = environment
  const job = e.SLURM_JOB_ID ?? e.PBS_JOBID ?? e.LSB_JOBID ?? e.JOB_ID
  if (job === undefined) return { job: '', restart: 0 }
  const array = e.SLURM_ARRAY_JOB_ID ?? job
  const task = e.SLURM_ARRAY_TASK_ID ?? e.PBS_ARRAY_INDEX ?? e.PBS_ARRAYID ?? e.LSB_JOBINDEX ?? e.SGE_TASK_ID ?? ''
  const restart = e.SLURM_RESTART_COUNT ?? (e.RESTARTED === '1' || e.LSB_RESTART === 'Y' ? '1' : '0')
  const cluster = clusterOf(e)
  const place = cluster === '' ? '' : `${cluster}:`
  return {
    job: shown(`${place}${array}/${task}/${e.SLURM_PROCID ?? ''}`),
    restart: Math.max(0, Number.parseInt(restart, 10) || 0),
  }
}

/** A name as a protocol file may have it (bounds.ts). */
const shown = (name: string): string => name.replace(/\p{Cc}/gu, '?').slice(0, LONGEST_NAME)

/** The name of the cluster of the scheduler that started this process; '' if nothing tells. */
function clusterOf(e: NodeJS.ProcessEnv): string {
  if (e.SLURM_JOB_ID !== undefined) return e.SLURM_CLUSTER_NAME || e.SLURM_SUBMIT_HOST || ''
  if (e.PBS_JOBID !== undefined) return e.PBS_SERVER || e.PBS_O_SERVER || e.PBS_O_HOST || ''
  if (e.LSB_JOBID !== undefined) return e.LSF_CLUSTER_NAME || e.LSB_CLUSTER_NAME || e.LSB_SUB_HOST || ''
  return e.SGE_CLUSTER_NAME || e.SGE_CELL_NAME || e.SGE_O_HOST || ''
}

function quietly(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
