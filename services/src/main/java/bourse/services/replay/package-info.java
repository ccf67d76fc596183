/**
 * Real order flow through the front door: {@code bourse replay}. A file of commands ({@link bourse.services.replay.FlowFile}) or a
 * pair of LOBSTER files ({@link bourse.services.replay.LobsterConversion}) becomes a {@link bourse.services.replay.ReplayPlan},
 * which {@link bourse.services.replay.ReplayRun} sends through an ordinary session, while
 * {@link bourse.services.replay.RowComparison} holds the book of the public feed against the recorded one, row by row.
 *
 * <p>Cold path: modern plain Java.
 */
package bourse.services.replay;
