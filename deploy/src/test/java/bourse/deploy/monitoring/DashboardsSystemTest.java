package bourse.deploy.monitoring;

import bourse.deploy.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * A venue of three processes under load, with a subscriber to its feed, and a Prometheus that collects its metrics: of every panel must give data, and every
 * metric that an alert names must exist. What is printed says which were checked.
 */
class DashboardsSystemTest {
    private static final String BOURSE = Terminal.ROOT.resolve("bourse").toString();
    /** Told only by an engine in a cluster, where an identity provider's keys are fetched, or where connections are encrypted. */
    private static final Set<String> ELSEWHERE = Set.of("bourse_members", "bourse_members_ready", "bourse_gateway_token_keys_age_seconds",
        "bourse_gateway_certificate_not_after_seconds");
    private static final Pattern METRIC = Pattern.compile("\\b(up|(?:bourse|jvm|grpc|process|target)_[a-z0-9_]+)\\b(?=[\\s{\\[)]|$)");

    @TempDir
    private Path directory;

    @BeforeAll
    static void needPrometheus() throws InterruptedException {
        assumeThat(AlertRules.isInstalled("prometheus")).isTrue();
    }

    @Test
    void shouldShowDataInEveryPanelUnderLoad() throws Exception {
        final Path rules = AlertRules.plain(directory);
        final Map<String, String> settings = Map.of("BOURSE_TELEMETRY_TRACE_ONE_IN", "10", "BOURSE_ENGINE_SNAPSHOT_INTERVAL", "5s",
            "BOURSE_ENGINE_WARM_UP", "0");
        try (ThreeProcesses venue = ThreeProcesses.start(directory, settings);
             Prometheus prometheus = Prometheus.start(directory, ThreeProcesses.freePort(), "bourse", venue.telemetry(), rules)) {
            final List<Process> load = load(venue);
            try {
                assertThat(venue.terminal().run(BOURSE, "order", "buy", "--account", "1", "--instrument", "DEMO", "--price", "100.25", "--quantity",
                    "10").status()).isZero();
                awaitLoad(prometheus);
                final Terminal.Result status = venue.terminal().run(BOURSE, "status", "--json");
                assertThat(status.status()).as(status.err()).isIn(0, 3);
                final JsonNode told = new ObjectMapper().readTree(status.out());
                assertThat(told.path("trades").asBoolean()).isTrue();
                assertThat(told.path("processes").findValuesAsText("at")).containsExactlyInAnyOrderElementsOf(
                    venue.telemetry().values().stream().map(address -> "http://" + address).toList());
                report(prometheus);
            } finally {
                for (final Process process : load) {
                    process.destroyForcibly().waitFor();
                }
            }
        }
    }

    private List<Process> load(final ThreeProcesses venue) throws IOException, InterruptedException {
        final Terminal terminal = venue.terminal();
        final String token = terminal.run(BOURSE, "token", "--account", "1", "--rights", "trade,read,admin").expectSuccess().trim();
        final List<List<String>> commands = List.of(
            List.of(BOURSE, "bench", "grpc", "--address", venue.address("orderEntry"), "--admin", venue.address("admin"), "--token", token,
                "--measured", "40000", "--live", "200", "--batch", "16", "--rate", "4000", "--warm-up", "1s", "--duration", "60s"),
            List.of(BOURSE, "book", "--instrument", "DEMO", "--watch"));
        final List<Process> processes = new ArrayList<>();
        for (final List<String> command : commands) {
            processes.add(venue.terminal().builder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("load-" + processes.size() + ".log").toFile()).start());
        }
        return processes;
    }

    /** Until orders have come in at a rate for as long as the panels' rates look back. */
    private void awaitLoad(final Prometheus prometheus) throws Exception {
        for (int i = 0; i < 60; i++) {
            if (prometheus.query("min_over_time(sum(rate(bourse_gateway_commands_in_total[4s]))[10s:1s])").stream().anyMatch(rate -> rate > 100)) {
                return;
            }
            Thread.sleep(1_000);
        }
        throw new AssertionError("no load:\n" + Files.readString(directory.resolve("load-0.log")));
    }

    private static void report(final Prometheus prometheus) throws Exception {
        final List<String> empty = new ArrayList<>();
        final List<String> elsewhere = new ArrayList<>();
        int checked = 0;
        for (final Dashboards.Panel panel : Dashboards.panels()) {
            final List<Integer> series = new ArrayList<>();
            for (final String query : panel.queries()) {
                final int found = prometheus.query(query.replace("$job", ".+").replace("$__rate_interval", "10s")).size();
                series.add(found);
                if (found == 0 && metrics(query).stream().anyMatch(ELSEWHERE::contains)) {
                    elsewhere.add(panel + ": " + query);
                } else if (found == 0) {
                    empty.add(panel + ": " + query);
                } else {
                    checked++;
                }
            }
            System.out.printf("%-70s series by query %s%n", panel, series);
        }
        System.out.println(checked + " queries gave data; " + elsewhere.size() + " need what is not here: " + elsewhere);
        assertThat(empty).as("queries without data").isEmpty();
        final Set<String> seen = new TreeSet<>(prometheus.metrics());
        for (final AlertRules.Alert alert : AlertRules.all()) {
            assertThat(metrics(alert.expression())).as(alert.name()).isNotEmpty()
                .allSatisfy(metric -> assertThat(seen.contains(metric) || ELSEWHERE.contains(metric)).as(alert.name() + " asks for " + metric).isTrue());
        }
    }

    private static Set<String> metrics(final String expression) {
        final Set<String> names = new TreeSet<>();
        final Matcher matcher = METRIC.matcher(expression);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
