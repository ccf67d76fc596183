/** Folds of the event stream as bytes: how a reader of it saves what it knows, to start from there instead of from the first event. Cold. */
package bourse.sbe.fold;
