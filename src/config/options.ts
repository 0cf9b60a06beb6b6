/** Every command's options; what one is, and how it is written, tells options/option.ts. */
export { DOCTOR_OPTIONS } from './options/doctor.ts';
export { EXPLAIN_OPTIONS } from './options/explain.ts';
export { EXPORT_OPTIONS } from './options/export.ts';
export { INIT_OPTIONS } from './options/init.ts';
export { DIFF_OPTIONS, RUN_OPTIONS, SCHEDULE_OPTIONS } from './options/jobs.ts';
export { type Option, type Options, type ValueOf, variableOf } from './options/option.ts';
export { SANDBOX_OPTIONS } from './options/sandbox.ts';
export { VERIFY_OPTIONS } from './options/verify.ts';
