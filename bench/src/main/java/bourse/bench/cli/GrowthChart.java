package bourse.bench.cli;

import java.util.List;
import java.util.Locale;

/** The growth curve as an SVG of its own: live orders to the right by powers of ten, nanoseconds per command upwards from 0. Cold. */
final class GrowthChart {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 400;
    private static final int LEFT = 60;
    private static final int RIGHT = 20;
    private static final int TOP = 40;
    private static final int BOTTOM = 50;

    private final List<GrowthReport.Size> sizes;
    private final double mostNs;

    private GrowthChart(final List<GrowthReport.Size> sizes) {
        this.sizes = sizes;
        mostNs = Math.ceil(sizes.stream().mapToDouble(GrowthReport.Size::nsPerCommandMax).max().orElse(1) / 100) * 100;
    }

    /** The whole file. */
    static String of(final GrowthReport report) {
        return new GrowthChart(report.sizes()).draw(report.mode());
    }

    private String draw(final String mode) {
        final StringBuilder svg = new StringBuilder();
        line(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">", WIDTH, HEIGHT);
        line(svg, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
        line(svg, "<text x=\"%d\" y=\"22\" font-size=\"14\">ns per command by live orders (%s): median, smallest and largest pass</text>", LEFT, mode);
        final double step = mostNs <= 200 ? 20 : mostNs <= 500 ? 50 : 100;
        for (double ns = 0; ns <= mostNs; ns += step) {
            line(svg, "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>", LEFT, WIDTH - RIGHT, y(ns), y(ns));
            line(svg, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.0f</text>", LEFT - 8, y(ns) + 4, ns);
        }
        final StringBuilder points = new StringBuilder();
        for (final GrowthReport.Size size : sizes) {
            final double x = x(size.live());
            line(svg, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#999\"/>", x, x, y(size.nsPerCommandMin()),
                    y(size.nsPerCommandMax()));
            line(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"#1f5fa8\"/>", x, y(size.nsPerCommand()));
            line(svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.0f</text>", x, y(size.nsPerCommandMax()) - 8, size.nsPerCommand());
            line(svg, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%,d</text>", x, HEIGHT - BOTTOM + 20, size.live());
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y(size.nsPerCommand())));
        }
        line(svg, "<polyline points=\"%s\" fill=\"none\" stroke=\"#1f5fa8\" stroke-width=\"2\"/>", points.toString().trim());
        line(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">live orders</text>", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10);
        line(svg, "</svg>");
        return svg.toString();
    }

    private static void line(final StringBuilder svg, final String format, final Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private double x(final int live) {
        final double first = Math.log10(sizes.getFirst().live());
        final double span = Math.max(1, Math.log10(sizes.getLast().live()) - first);
        return LEFT + 30 + (WIDTH - LEFT - RIGHT - 60) * (Math.log10(live) - first) / span;
    }

    private double y(final double ns) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * ns / mostNs;
    }
}
