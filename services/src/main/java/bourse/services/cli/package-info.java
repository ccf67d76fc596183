/**
 * The {@code bourse} command line: what a person or a script types. Cold. Commands parse, ask the venue, print, and exit with 0 (done), 1
 * (failed, with one line on stderr that says what, where and what to do) or 2 (wrong usage).
 */
package bourse.services.cli;
