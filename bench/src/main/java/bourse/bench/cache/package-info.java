/** A cache simulator and the memory accesses that feed it: those of the real book, recorded where it reads and writes. */
package bourse.bench.cache;
