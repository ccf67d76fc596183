package bourse.bench.ladder;

import bourse.bench.ladder.LadderReport.WaterfallStep;
import bourse.bench.rung.RungName;
import bourse.bench.rung.RungResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What each layer adds to an order: its rung's time less that of the rung below. */
final class Waterfall {
    private Waterfall() {
    }

    static List<WaterfallStep> of(final List<RungResult> rungs) {
        final Map<String, RungResult> byName = new HashMap<>();
        final List<WaterfallStep> steps = new ArrayList<>();
        for (final RungResult rung : rungs) {
            if (rung.fault() == null) {
                byName.put(rung.name(), rung);
            }
        }
        for (final RungResult rung : rungs) {
            if (rung.fault() != null || !RungName.titles().contains(rung.name())) {
                continue;
            }
            final RungName name = RungName.of(rung.name());
            RungName lower = name.below();
            // A rung that was left out or failed is skipped: the step then holds two layers.
            while (lower != null && !byName.containsKey(lower.title())) {
                lower = lower.below();
            }
            final RungResult below = lower == null ? null : byName.get(lower.title());
            steps.add(new WaterfallStep(rung.name(), below == null ? null : below.name(), name.adds(), rung.nsPerOrder(),
                    round(rung.nsPerOrder() - (below == null ? 0 : below.nsPerOrder())), rung.cpuNsPerOrder(),
                    round(rung.cpuNsPerOrder() - (below == null ? 0 : below.cpuNsPerOrder()))));
        }
        return steps;
    }

    static double round(final double value) {
        return Math.round(value * 10) / 10.0;
    }
}
