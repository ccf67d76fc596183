/**
 * What the public feed costs: the market-data service over an event stream in memory, with and without sockets and readers, and what it takes from the
 * engine beside it.
 */
package bourse.bench.feed;
