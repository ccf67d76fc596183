/** The commands below {@code bourse bench}; each parses, runs one measurement and prints its report. */
package bourse.bench.cli;
