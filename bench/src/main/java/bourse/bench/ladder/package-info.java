/**
 * The ladder: runs the rungs one after the other in processes of their own, and says what each layer costs: table, waterfall, verdict; as
 * text, JSON and one HTML page.
 */
package bourse.bench.ladder;
