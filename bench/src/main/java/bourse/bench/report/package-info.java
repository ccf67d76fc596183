/** What every report says besides its figures: the machine, and how quiet it was. */
package bourse.bench.report;
