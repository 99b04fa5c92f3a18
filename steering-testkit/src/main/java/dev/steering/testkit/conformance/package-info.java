/**
 * What every runtime that steers has to get right, as cases that any runtime can be held against: ours, and those of others. It knows no
 * model and no test framework. docs/conformance.md says what each case guards against.
 */
@org.jspecify.annotations.NullMarked
package dev.steering.testkit.conformance;
