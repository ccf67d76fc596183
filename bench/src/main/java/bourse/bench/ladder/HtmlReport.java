package bourse.bench.ladder;

import bourse.bench.ladder.LadderReport.PlantFound;
import bourse.bench.ladder.LadderReport.WaterfallStep;
import bourse.bench.rung.RungResult;
import bourse.bench.rung.RungResult.CounterReading;
import bourse.bench.rung.RungResult.ProcessCost;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The report as one page that needs nothing else: inline pictures, light and dark. */
public final class HtmlReport {
    private static final String STYLE = """
        :root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#d9dee5;--back:#fff;--card:#f5f7fa;--a:#2f6fde;--b:#e08a2e;--bad:#c2332b}
        @media(prefers-color-scheme:dark){:root{--ink:#e4e8ee;--soft:#98a3b3;--line:#313a47;--back:#12161c;--card:#1a2028;--a:#6ea2ff;--b:#f0a955;--bad:#ff7a70}}
        body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--back);max-width:1280px;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem}p,li{max-width:80ch}.big{font-size:2.2rem;font-weight:650}.soft{color:var(--soft)}
        .bad{color:var(--bad);font-weight:600}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:13px}
        th,td{padding:.25rem .55rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}th:first-child,td:first-child,.t{text-align:left}
        .scroll{overflow-x:auto}pre{background:var(--card);padding:.8rem;overflow-x:auto;font-size:12px}svg text{fill:var(--ink);font:12px system-ui,sans-serif}
        svg .s{fill:var(--soft)}details{margin:.3rem 0}summary{cursor:pointer}.frames{position:relative;font-size:11px;margin:.4rem 0}
        .frames div{position:absolute;height:15px;overflow:hidden;white-space:nowrap;border-radius:2px;padding:0 3px;box-sizing:border-box;color:#1c2430;cursor:zoom-in}
        .a{fill:var(--a)}.b{fill:var(--b)}.g{stroke:var(--line)}.la{stroke:var(--a);fill:none;stroke-width:2}.lb{stroke:var(--b);fill:none;stroke-width:2}
        """;

    private final LadderReport report;
    private final StringBuilder page = new StringBuilder(1 << 16);

    public HtmlReport(final LadderReport report) {
        this.report = report;
    }

    /** The whole page. */
    public String page() {
        page.setLength(0);
        add("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
                + "<title>Bourse: the ladder</title><style>%s</style></head><body>", STYLE);
        head();
        verdict();
        rungs();
        page.append(new HtmlCharts(report).waterfall());
        steps();
        placement();
        page.append(new HtmlCharts(report).latencies());
        page.append(new HtmlCharts(report).knees());
        processes();
        page.append(new HtmlFlames(report).section());
        machine();
        page.append("</body></html>\n");
        return page.toString();
    }

    private void head() {
        add("<h1>The ladder: what each layer costs</h1><p class=\"soft\">%s form, %s, %.0f s%s; stream %s</p>", report.form(), report.begun(),
                report.seconds(), report.complete() ? "" : ", <span class=\"bad\">interrupted</span>", escape(report.stream()));
        if (report.networkToEngineRatio() > 0) {
            add("<p><span class=\"big\">%.1f&times;</span> the time of an order through gRPC (64 a message, acknowledged after the log) by its time in the"
                    + " engine alone.</p>", report.networkToEngineRatio());
        }
        add(report.hashesEqual() ? "<p>After %,d commands every rung had the same orders in the same queues, last trade and number of trades.</p>"
                : "<p class=\"bad\">The rungs reached different states after %,d commands: this run is a failure.</p>", report.prefix());
    }

    private void rungs() {
        add("<h2>Rungs</h2><div class=\"scroll\"><table><tr><th>rung</th><th>orders/s</th><th>min</th><th>max</th><th>p50 &micro;s</th><th>p90</th><th>p95</th>"
                + "<th>p99</th><th>p99.9</th><th>max</th><th>jitter</th><th>at orders/s</th><th>CPU ns/order</th><th>B/order</th><th>noise</th><th class=\"t\">state</th></tr>");
        for (final RungResult rung : report.rungs()) {
            if (rung.fault() != null) {
                add("<tr><td>%s</td><td colspan=\"15\" class=\"t bad\">%s</td></tr>", rung.name(), escape(rung.fault()));
                continue;
            }
            add("<tr><td>%s</td><td>%,d</td><td>%,d</td><td>%,d</td>", rung.name(), rung.ordersPerSecond(), rung.ordersPerSecondMin(),
                    rung.ordersPerSecondMax());
            for (final double us : new double[] {rung.p50Us(), rung.p90Us(), rung.p95Us(), rung.p99Us(), rung.p999Us(), rung.maxUs(),
                rung.jitterUs()}) {
                add("<td%s>%s</td>", rung.missedRate() ? " class=\"bad\"" : "", TextReport.figure(us));
            }
            add("<td>%,d%s</td><td>%,.0f</td><td>%s</td><td>%.0f%%</td><td class=\"t\"><code>%s</code></td></tr>", rung.latencyRate(), rung.missedRate() ? " missed" : "",
                    rung.cpuNsPerOrder(), TextReport.figure(rung.allocatedBytesPerOrder()), rung.noisePercent(), rung.stateHash());
            if (rung.feedP50Us() >= 0) {
                add("<tr><td></td><td colspan=\"15\" class=\"t soft\">order to market data: p50 %s &micro;s, p99 %s, p99.9 %s</td></tr>",
                        TextReport.figure(rung.feedP50Us()), TextReport.figure(rung.feedP99Us()), TextReport.figure(rung.feedP999Us()));
            }
        }
        add("</table></div><p class=\"soft\">Latency: open loop, from when an order was due to its outcome, so that a stall counts against every order that it"
                + " delays. CPU of all processes; threads that wait by spinning count. %s%s</p>", TextReport.NOISE, report.rigNsPerOrder() < 0 ? ""
                : String.format(Locale.ROOT, " The rig itself takes %.1f ns a command;"
                + " they are in every rung from engine to tcp.", report.rigNsPerOrder()));
    }

    private void steps() {
        add("<div class=\"scroll\"><table><tr><th>layer</th><th>ns/order</th><th>added</th><th>CPU ns/order</th><th>added</th><th class=\"t\">over</th>"
                + "<th class=\"t\">what it adds</th></tr>");
        for (final WaterfallStep step : report.waterfall()) {
            add("<tr><td>%s</td><td>%,.1f</td><td>%s</td><td>%,.1f</td><td>%s</td><td class=\"t\">%s</td><td class=\"t\">%s</td></tr>", step.rung(),
                    step.nsPerOrder(), step.below() == null ? "" : String.format(Locale.ROOT, "%+,.1f", step.addedNs()), step.cpuNsPerOrder(),
                    step.below() == null ? "" : String.format(Locale.ROOT, "%+,.1f", step.addedCpuNs()), step.below() == null ? "" : step.below(),
                    escape(step.adds()));
        }
        add("</table></div>");
        for (final PlantFound plant : report.plants()) {
            add("<p>Planted in %s: %.0f ns an order beside %,.0f; found: %.1f ± %.0f ns (<span class=\"%s\">%+.1f%%</span>).</p>", plant.rung(), plant.plantedNs(),
                    plant.besideNs(), plant.foundNs(), plant.errorNs(), plant.withinTwentyPercent() ? "" : "bad", plant.errorPercent());
        }
        if (report.threads() != null && report.threads().queued() > 0) {
            add("<p>Threads: one engine on one thread %,d orders/s; fed by a second thread through a queue %,d; two shards on two threads %s.</p>",
                    report.threads().oneEngine(), report.threads().queued(), report.threads().twoShards() < 0 ? "not measured"
                    : String.format(Locale.ROOT, "%,d together", report.threads().twoShards()));
        }
    }

    private void placement() {
        final LadderReport.Placement placement = report.placement();
        if (placement != null) {
            add("<p>Placement, %s: the venue's threads free %,d orders/s, p50 %s &micro;s, p99 %s; with %s %,d orders/s, p50 %s &micro;s, p99 %s.</p>",
                    placement.rung(), placement.ordersPerSecondFree(), TextReport.figure(placement.p50UsFree()), TextReport.figure(placement.p99UsFree()),
                    placement.settings(), placement.ordersPerSecondBound(), TextReport.figure(placement.p50UsBound()),
                    TextReport.figure(placement.p99UsBound()));
        }
    }

    private void verdict() {
        final Verdict verdict = report.verdict();
        add("<h2>Verdict</h2><p><b>%s; bottleneck: %s.</b> %s</p><ul>", escape(verdict.scenario()), verdict.bottleneck(), escape(verdict.meaning()));
        verdict.basis().forEach(line -> add("<li class=\"soft\">%s</li>", escape(line)));
        add("</ul><p>Next:</p><ul>");
        verdict.next().forEach(line -> add("<li>%s</li>", escape(line)));
        add("</ul>");
    }

    private void processes() {
        add("<h2>Processes</h2><div class=\"scroll\"><table><tr><th>rung</th><th class=\"t\">process</th><th>CPU ns/order</th><th>B/order</th><th>MB/s"
                + "</th><th>peak MB</th><th>switches/s</th><th>forced/s</th><th>GCs</th><th>GC ms</th><th>safepoints</th><th>ms</th><th>longest</th>"
                + "<th>lock waits</th><th>ms</th></tr>");
        for (final RungResult rung : report.rungs()) {
            for (final ProcessCost cost : rung.processes()) {
                add("<tr><td>%s</td><td class=\"t\">%s</td><td>%,.0f</td>", rung.name(), cost.process(), cost.cpuNsPerOrder());
                for (final double figure : new double[] {cost.allocatedBytesPerOrder(), cost.allocatedMbPerSecond(), cost.peakResidentMb(),
                    cost.switchesVoluntaryPerSecond(), cost.switchesForcedPerSecond(), cost.gcCount(), cost.gcMs(), cost.safepoints(),
                    cost.safepointMs(), cost.longestSafepointMs(), cost.lockWaits(), cost.lockWaitMs()}) {
                    add("<td>%s</td>", figure < 0 ? "-" : figure == Math.rint(figure) ? String.format(Locale.ROOT, "%,.0f", figure)
                            : TextReport.figure(figure));
                }
                add("</tr>");
            }
        }
        add("</table></div>");
        for (final RungResult rung : report.rungs()) {
            for (final CounterReading reading : rung.counters()) {
                add("<p class=\"soft\">%s, %s: instructions per cycle %s; an order: %s</p>", rung.name(), reading.process(),
                        TextReport.figure(reading.instructionsPerCycle()), escape(reading.perOrder().toString()));
            }
        }
    }

    private void machine() {
        final var bytes = new ByteArrayOutputStream();
        report.environment().print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        final Machine machine = report.machine();
        add("<h2>Machine</h2><pre>%s", escape(bytes.toString(StandardCharsets.UTF_8)));
        add("timer     clock source %s, invariant TSC %s, read %.1f ns, step %.0f ns, %d steps backwards; parkNanos(1) %,.0f ns, wake-up %,.0f ns\n",
                machine.clockSource(), machine.invariantTsc() ? "yes" : "no", machine.clockReadNs(), machine.clockGranularityNs(),
                machine.clockBackwards(), machine.parkNs(), machine.wakeUpNs());
        add("numa      %s; cores of cpu0's physical core: %s\n", escape(String.join("; ", machine.numaNodes())), machine.siblings());
        machine.bandwidth().forEach(line -> add("memory    %s\n", escape(line)));
        add("counters  %s</pre>", escape(machine.counters()));
    }

    private void add(final String format, final Object... arguments) {
        page.append(arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments));
    }

    static String escape(final String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
