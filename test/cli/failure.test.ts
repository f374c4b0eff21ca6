import { expect, test, vi } from 'vitest'
import { judge, NothingThere, reportFailure, unknownVerb, UsageError } from '../../src/cli/failure.ts'
import { StudyError } from '../../src/errors.ts'

test('every error code has its exit status', () => {
  const status = (code: ConstructorParameters<typeof StudyError>[0]): number => judge(new StudyError(code, 'x')).status
  expect(['NO_STUDY', 'NO_TRIAL', 'NO_RESULT'].map((code) => status(code as 'NO_STUDY'))).toEqual([4, 4, 4])
  expect(['NOT_A_STUDY', 'SPACE_MISMATCH', 'OBJECTIVE_MISMATCH'].map((code) => status(code as 'NO_STUDY'))).toEqual([
    2, 2, 2,
  ])
  expect(
    ['UNKNOWN_FORMAT', 'DAMAGED', 'UNSUITABLE_FILE_SYSTEM', 'INPUT_OUTPUT'].map((code) => status(code as 'NO_STUDY')),
  ).toEqual([1, 1, 1, 1])
})

test('if there is no study, the help of the verb is the next command to try', () => {
  expect(judge(new StudyError('NO_STUDY', 'x'), 'ask').next).toBe('anthill ask --help')
  expect(judge(new StudyError('NOT_A_STUDY', 'x'), 'add').next).toBe('anthill add --help')
})

test('misuse is a usage error, a bug of ours is not', () => {
  expect(judge(new RangeError("parameter 'lr': an empty range")).status).toBe(2)
  expect(judge(new UsageError('no')).status).toBe(2)
  expect(judge(new NothingThere('no')).status).toBe(4)
  expect(judge(new TypeError("Cannot read properties of undefined (reading 'x')")).status).toBe(1)
  expect(judge(new TypeError("Cannot destructure property 'x' of 'y' as it is null.")).status).toBe(1)
  expect(judge(Object.assign(new Error('EIO'), { code: 'EIO' }))).toMatchObject({ status: 1, code: 'EIO' })
})

test('an unknown verb names the one that was meant', () => {
  expect(unknownVerb('stauts', ['run', 'status']).message).toBe("unknown verb 'stauts'; did you mean 'status'?")
  expect(unknownVerb('-n', ['run']).message).toContain('the verb comes first')
})

test('a command started in a directory that is gone says so', () => {
  const error = Object.assign(new Error('ENOENT: no such file or directory, uv_cwd'), {
    code: 'ENOENT',
    syscall: 'uv_cwd',
  })
  expect(judge(error)).toMatchObject({
    status: 1,
    message: expect.stringContaining('is gone; change into one that exists'),
  })
})

test('a name from the directory cannot move the cursor when an error quotes it', () => {
  const written: string[] = []
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => (written.push(String(text)), true))
  try {
    expect(reportFailure(new NothingThere("sampler '\u001b[31mred' is gone"), ['replay', '1'])).toBe(4)
  } finally {
    write.mockRestore()
  }
  expect(written).toEqual(["anthill: sampler '\\x1b[31mred' is gone\n"])
})
