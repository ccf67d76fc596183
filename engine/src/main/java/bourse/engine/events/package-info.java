/**
 * The numbered event stream: what was decided, encoded once, recorded by this member, read by everyone.
 *
 * <pre>
 *   Matcher ──MatchListener──► EventPublisher ──┐
 *   sessions, administration ► SessionEventPublisher ──► EventFragment ──EventSink──► recording, readers
 * </pre>
 */
package bourse.engine.events;
