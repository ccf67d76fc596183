/**
 * The slow, obvious matcher: trees, lists and objects, written straight from docs/SEMANTICS.md and sharing nothing with the fast
 * book but the ports. Tests hold the fast one against it, call by call and hash by hash. Cold: allocates freely.
 *
 * <p>Read {@link bourse.engine.reference.ReferenceMatcher} (commands), {@link bourse.engine.reference.OrderChecks} (refusals),
 * {@link bourse.engine.reference.Matching} (who trades with whom), {@link bourse.engine.reference.Settling} (stops and pegs),
 * {@link bourse.engine.reference.Ledger} (money).
 */
package bourse.engine.reference;
