/** How long a venue is away after a kill, and how long it stands still for a snapshot. */
package bourse.bench.restart;
