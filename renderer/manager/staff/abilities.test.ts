import { describe, expect, it } from 'vitest'
import { PERMISSIONS } from '../../../shared/base/roles.ts'
import { ABILITIES, ABILITY_NAMES, leastRoleOf } from './abilities.ts'

describe('what each role may do', () => {
  it('names every permission once', () => {
    const named = ABILITY_NAMES.flatMap((ability): readonly string[] => ABILITIES[ability])
    expect([...named].sort()).toEqual(Object.keys(PERMISSIONS).sort())
  })

  it('puts only permissions of one role on a line', () => {
    for (const ability of ABILITY_NAMES) {
      expect(ABILITIES[ability].map((permission) => PERMISSIONS[permission])).toEqual(
        ABILITIES[ability].map(() => leastRoleOf(ability)),
      )
    }
  })
})
