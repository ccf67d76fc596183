/** Sessions as replicated state: epochs, command numbers, and the outcomes that answer duplicates. */
package bourse.engine.session;
