package bourse.bench.ladder;

import bourse.bench.ladder.LadderReport.WaterfallStep;
import bourse.bench.rung.RungResult;
import bourse.bench.rung.RungResult.KneeStep;
import java.util.List;
import java.util.Locale;

/** The pictures of the page: inline SVG. */
final class HtmlCharts {
    private static final int LABEL = 130;
    private static final int WIDTH = 760;
    private static final int ROW = 24;

    private final LadderReport report;
    private final StringBuilder out = new StringBuilder();

    HtmlCharts(final LadderReport report) {
        this.report = report;
    }

    /** A bar per layer: what was there before and what it adds; logarithmic, since the first and the last differ by four powers of ten. */
    String waterfall() {
        out.setLength(0);
        final List<WaterfallStep> steps = report.waterfall();
        final double max = steps.stream().mapToDouble(WaterfallStep::nsPerOrder).max().orElse(10);
        final Scale scale = new Scale(10, Math.max(100, max * 1.5));
        add("<h2>Waterfall: nanoseconds an order</h2><div class=\"scroll\"><svg width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"waterfall\">",
                LABEL + WIDTH + 150, ROW * (steps.size() + 1) + 10);
        grid(scale, ROW * steps.size(), "ns");
        int y = 0;
        for (final WaterfallStep step : steps) {
            final double before = step.below() == null ? 10 : Math.clamp(step.nsPerOrder() - step.addedNs(), 10, max);
            final double from = scale.at(Math.min(before, step.nsPerOrder()));
            final double to = scale.at(Math.max(before, step.nsPerOrder()));
            add("<text x=\"0\" y=\"%d\">%s</text><rect class=\"a\" opacity=\".35\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"14\"/>", y + 15, step.rung(),
                    LABEL, y + 4, from - LABEL);
            add("<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"14\"/><text class=\"s\" x=\"%.1f\" y=\"%d\">%s</text>",
                    step.addedNs() < 0 ? "a" : "b", from, y + 4, Math.max(1, to - from), to + 6, y + 15, step.below() == null
                    ? String.format(Locale.ROOT, "%,.0f ns", step.nsPerOrder())
                    : String.format(Locale.ROOT, "%,.0f ns (%+,.0f over %s)", step.nsPerOrder(), step.addedNs(), step.below()));
            y += ROW;
        }
        return add("</svg></div>").toString();
    }

    /** p50 to p99.9 of each rung. */
    String latencies() {
        out.setLength(0);
        final List<RungResult> rungs = report.rungs().stream().filter(rung -> rung.fault() == null && rung.p50Us() > 0).toList();
        final double max = rungs.stream().mapToDouble(RungResult::maxUs).max().orElse(10);
        final Scale scale = new Scale(0.1, Math.max(10, max * 1.2));
        add("<h2>Latency: p50 to p99, to p99.9, maximum</h2><div class=\"scroll\"><svg width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"latency\">",
                LABEL + WIDTH + 150, ROW * (rungs.size() + 1) + 10);
        grid(scale, ROW * rungs.size(), "us");
        int y = 0;
        for (final RungResult rung : rungs) {
            final double p50 = scale.at(rung.p50Us());
            final double p99 = scale.at(rung.p99Us());
            final double p999 = scale.at(rung.p999Us());
            add("<text x=\"0\" y=\"%d\">%s</text><rect class=\"a\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"12\"/>", y + 15, rung.name(), p50, y + 5,
                    Math.max(2, p99 - p50));
            add("<rect class=\"b\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"6\"/><circle class=\"b\" cx=\"%.1f\" cy=\"%d\" r=\"3\"/>%s", p99, y + 8,
                    Math.max(1, p999 - p99), scale.at(rung.maxUs()), y + 11, rung.missedRate()
                    ? "<text class=\"s\" x=\"" + (LABEL + WIDTH + 10) + "\" y=\"" + (y + 15) + "\">rate missed</text>" : "");
            y += ROW;
        }
        return add("</svg></div>").toString();
    }

    /** Latency over load, for the rungs that were driven in steps. */
    String knees() {
        out.setLength(0);
        final List<RungResult> rungs = report.rungs().stream().filter(rung -> !rung.knee().isEmpty()).toList();
        if (rungs.isEmpty()) {
            return "";
        }
        add("<h2>The knee: latency as the load grows to saturation</h2><p class=\"soft\">From left to right a tenth of the throughput more each; blue p50,"
                + " orange p99 in &micro;s (1m = 1 ms), logarithmic. The knee is the last step with a p99 below three times that of the calmest.</p>"
                + "<div style=\"display:flex;flex-wrap:wrap;gap:14px\">");
        rungs.forEach(this::knee);
        return add("</div>").toString();
    }

    private void knee(final RungResult rung) {
        final double top = Math.log10(Math.max(10, rung.knee().stream().mapToDouble(KneeStep::p99Us).max().orElse(10)) * 2);
        final double bottom = Math.log10(Math.max(0.05, rung.knee().stream().mapToDouble(KneeStep::p50Us).min().orElse(1) / 2));
        final StringBuilder p50 = new StringBuilder();
        final StringBuilder p99 = new StringBuilder();
        final int steps = rung.knee().size();
        for (int i = 0; i < steps; i++) {
            final double x = 30 + 230.0 * (i + 1) / steps;
            p50.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y(rung.knee().get(i).p50Us(), bottom, top)));
            p99.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y(rung.knee().get(i).p99Us(), bottom, top)));
        }
        add("<svg width=\"280\" height=\"170\" role=\"img\" aria-label=\"knee of %s\"><text x=\"30\" y=\"12\">%s, up to %,d/s</text>", rung.name(), rung.name(),
                rung.knee().getLast().offeredPerSecond());
        for (double power = Math.ceil(bottom); power <= top; power++) {
            final double y = y(Math.pow(10, power), bottom, top);
            add("<line class=\"g\" x1=\"30\" x2=\"260\" y1=\"%.1f\" y2=\"%.1f\"/><text class=\"s\" x=\"0\" y=\"%.1f\">%s</text>", y, y, y + 4,
                    power < 3 ? String.format(Locale.ROOT, "%.3g", Math.pow(10, power)) : String.format(Locale.ROOT, "%.0fm", Math.pow(10, power - 3)));
        }
        for (int i = 0; i < steps; i++) {
            if (rung.knee().get(i).offeredPerSecond() == rung.kneePerSecond()) {
                final double x = 30 + 230.0 * (i + 1) / steps;
                add("<line class=\"g\" stroke-dasharray=\"3 3\" x1=\"%.1f\" x2=\"%.1f\" y1=\"18\" y2=\"160\"/><text class=\"s\" x=\"%.1f\" y=\"26\" text-anchor=\"%s\">knee</text>",
                        x, x, x + (i > steps / 2 ? -4 : 4), i > steps / 2 ? "end" : "start");
            }
        }
        add("<polyline class=\"la\" points=\"%s\"/><polyline class=\"lb\" points=\"%s\"/></svg>", p50, p99);
    }

    private static double y(final double us, final double bottom, final double top) {
        return 160 - 140 * (Math.log10(Math.max(0.01, us)) - bottom) / (top - bottom);
    }

    private void grid(final Scale scale, final int height, final String unit) {
        for (double value = scale.min; value <= scale.max; value *= 10) {
            add("<line class=\"g\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\"/><text class=\"s\" x=\"%.1f\" y=\"%d\">%s %s</text>", scale.at(value), scale.at(value),
                    height, scale.at(value) - 10, height + 16, value < 1 ? "0.1" : String.format(Locale.ROOT, "%,.0f", value), unit);
        }
    }

    private StringBuilder add(final String format, final Object... arguments) {
        return out.append(arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments));
    }

    /** Logarithmic, from {@code LABEL} to {@code LABEL + WIDTH}. */
    private record Scale(double min, double max) {
        double at(final double value) {
            return LABEL + WIDTH * Math.log(Math.clamp(value, min, max) / min) / Math.log(max / min);
        }
    }
}
