/** The technique laboratory: each technique of the design against the plain way to do it, and a cache simulator fed with the book's own accesses. */
package bourse.bench.lab;
