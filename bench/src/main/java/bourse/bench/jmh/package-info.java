/** Micro-benchmarks; run with {@code bourse bench jmh}. Named subject + {@code Jmh}. */
package bourse.bench.jmh;
