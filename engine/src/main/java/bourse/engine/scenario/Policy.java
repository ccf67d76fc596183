package bourse.engine.scenario;

import java.util.Map;
import java.util.Set;

/** Rules that a scenario may name, and the values that are on offer; the first value of each is the venue's own. */
final class Policy {
    private static final Map<String, Set<String>> OFFERED = Map.ofEntries(
        Map.entry("trade_price", Set.of("maker")),
        Map.entry("market_remainder", Set.of("cancel", "rest")),
        Map.entry("stop_ref", Set.of("last")),
        Map.entry("stop_pick", Set.of("price")),
        Map.entry("stop_entry", Set.of("immediate")),
        Map.entry("dup", Set.of("reject")),
        Map.entry("reuse_id", Set.of("reject", "allow")),
        Map.entry("reduce_over", Set.of("cancel")),
        Map.entry("replace_increase", Set.of("lose")),
        Map.entry("replace_decrease", Set.of("keep")),
        Map.entry("iceberg", Set.of("back")),
        Map.entry("aon", Set.of("skip")),
        Map.entry("auction_tie", Set.of("maxprice")),
        Map.entry("events", Set.of("shared", "venue")));

    private Policy() {
    }

    /** Throws {@link UnsupportedStatement} for the first rule that is not on offer. */
    static void check(final Scenario scenario) {
        scenario.policy().forEach((key, value) -> {
            if (!OFFERED.getOrDefault(key, Set.of()).contains(value)) {
                throw new UnsupportedStatement(scenario.line(), "policy " + key + "=" + value + " (offered: "
                    + (OFFERED.containsKey(key) ? key + "=" + String.join(" or ", OFFERED.get(key).stream().sorted().toList()) : "no such rule") + ")");
            }
        });
    }

    /** The name of a finished order may stand for a new one. */
    static boolean reusesIds(final Map<String, String> policy) {
        return "allow".equals(policy.get("reuse_id"));
    }

    /** Market orders and stops without a limit ask for their rest to wait at any price. */
    static boolean remaindersRest(final Map<String, String> policy) {
        return "rest".equals(policy.get("market_remainder"));
    }
}
