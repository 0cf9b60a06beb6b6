import { describe, expect, it } from 'vitest';
import { pageSizer } from '../../src/extract/walk/page-planner.ts';

const LIMITS = { min: 10, max: 1000 };
const MEGABYTE = 1024 * 1024;

describe('PageSizer', () => {
  it('starts with the largest page and keeps to it while items are small', () => {
    const sizer = pageSizer(LIMITS, 16 * MEGABYTE);
    expect(sizer.limits.max).toBe(1000);
    sizer.answered(10, 30_000);
    expect(sizer.limits).toEqual({ min: 10, max: 1000 });
  });

  it('follows the bytes that an item takes', () => {
    const sizer = pageSizer(LIMITS, 16 * MEGABYTE);
    sizer.answered(10, 10 * 400_000);
    const { max } = sizer.limits;
    expect(max * 400_000).toBeLessThanOrEqual(16 * MEGABYTE);
    expect(max).toBeGreaterThan(25);
    for (let page = 0; page < 50; page++) sizer.answered(100, 100 * 2000);
    expect(sizer.limits.max).toBeGreaterThan(500);
  });

  it('never goes below the smallest page', () => {
    const sizer = pageSizer(LIMITS, 1000);
    sizer.answered(10, 50 * MEGABYTE);
    expect(sizer.limits).toEqual({ min: 10, max: 10 });
    expect(sizer.tooLarge(10)).toBe(false);
  });

  it('halves a size that was too large, and dares more again later', () => {
    const sizer = pageSizer(LIMITS, 16 * MEGABYTE);
    expect(sizer.tooLarge(1000)).toBe(true);
    expect(sizer.limits.max).toBe(500);
    expect(sizer.tooLarge(500)).toBe(true);
    expect(sizer.limits.max).toBe(250);
    for (let page = 0; page < 16; page++) sizer.answered(250, 250 * 100);
    expect(sizer.limits.max).toBe(500);
    for (let page = 0; page < 16; page++) sizer.answered(250, 250 * 100);
    expect(sizer.limits.max).toBe(1000);
  });

  it('takes the refusal of a page asked for earlier for what it is', () => {
    const sizer = pageSizer(LIMITS, 16 * MEGABYTE);
    for (const size of [1000, 500, 1000, 998]) expect(sizer.tooLarge(size)).toBe(true);
    expect(sizer.limits.max).toBe(250);
  });

  it('is not misled by a last page of a few items', () => {
    const sizer = pageSizer(LIMITS, 16 * MEGABYTE);
    sizer.answered(1000, 2 * MEGABYTE);
    sizer.answered(2, 2 * 600_000);
    expect(sizer.limits.max).toBe(1000);
  });

  it('keeps to the size that the server keeps to', () => {
    const sizer = pageSizer(LIMITS, 16 * MEGABYTE);
    sizer.clampedTo(100);
    sizer.clampedTo(300);
    expect(sizer.limits.max).toBe(100);
  });
});
