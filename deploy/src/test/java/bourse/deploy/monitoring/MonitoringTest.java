package bourse.deploy.monitoring;

import bourse.deploy.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** Dashboards, alerts and runbook fit together; the alerts fire on what they are for. */
class MonitoringTest {
    private static final int GRID = 24;

    @TempDir
    private Path directory;

    @Test
    void shouldShowEveryPanelOnceInItsPlace() throws IOException {
        for (final JsonNode dashboard : Dashboards.all()) {
            final Set<Integer> ids = new HashSet<>();
            final Set<String> cells = new HashSet<>();
            dashboard.path("panels").forEach(panel -> {
                final String at = dashboard.path("title").asText() + " / " + panel.path("title").asText();
                assertThat(ids.add(panel.path("id").asInt())).as(at + ": its id is its own").isTrue();
                final JsonNode place = panel.path("gridPos");
                assertThat(place.path("x").asInt() + place.path("w").asInt()).as(at).isLessThanOrEqualTo(GRID);
                for (int x = place.path("x").asInt(); x < place.path("x").asInt() + place.path("w").asInt(); x++) {
                    for (int y = place.path("y").asInt(); y < place.path("y").asInt() + place.path("h").asInt(); y++) {
                        assertThat(cells.add(x + "," + y)).as(at + ": covers another panel").isTrue();
                    }
                }
            });
        }
    }

    @Test
    void shouldAskOnlyTheVenueThatIsChosen() throws IOException {
        assertThat(Dashboards.panels()).hasSizeGreaterThan(50).allSatisfy(panel -> {
            assertThat(panel.queries()).as(panel.toString()).isNotEmpty();
            for (final String query : panel.queries()) {
                final String bare = query.replace("$__rate_interval", "5m").replaceAll("by \\([^)]*\\)", "").replaceAll("\\{job=~\"\\$job\"[^}]*\\}", "{}");
                assertThat(bare).as(panel + ": " + query).containsPattern("[a-z]_[a-z0-9_]+\\{\\}").doesNotContainPattern("[a-z]_[a-z0-9_]+\\b(?!\\{\\}|\\()");
            }
        });
    }

    @Test
    void shouldHaveARunbookPageForEachAlertAndNoOther() throws IOException {
        final List<AlertRules.Alert> alerts = AlertRules.all();
        assertThat(alerts).hasSizeGreaterThan(20).extracting(AlertRules.Alert::name).doesNotHaveDuplicates();
        final String contents = Files.readString(AlertRules.RUNBOOK.resolve("README.md"));
        for (final AlertRules.Alert alert : alerts) {
            assertThat(alert.severity()).as(alert.name()).isIn("critical", "warning");
            assertThat(alert.runbook()).isEqualTo("docs/runbook/" + alert.name() + ".md");
            assertThat(Files.readString(Terminal.ROOT.resolve(alert.runbook()))).as(alert.runbook())
                .startsWith("# " + alert.name() + "\n").contains(alert.summary(), alert.expression(), "**It means:** ", "**Clients notice:** ", "**Look at**", "**Do**");
            assertThat(contents).contains("| [" + alert.name() + "](" + alert.name() + ".md) | " + alert.severity() + " | " + alert.summary());
        }
        try (var pages = Files.list(AlertRules.RUNBOOK)) {
            assertThat(pages.filter(page -> !page.endsWith("README.md"))).hasSameSizeAs(alerts);
        }
    }

    @Test
    void shouldLinkOnlyToPagesThatExist() throws IOException {
        try (var pages = Files.list(AlertRules.RUNBOOK)) {
            for (final Path page : pages.toList()) {
                java.util.regex.Pattern.compile("\\]\\(([^)#]+)[^)]*\\)").matcher(Files.readString(page)).results()
                    .forEach(link -> assertThat(page.resolveSibling(link.group(1)).normalize()).as(page + " links to it").exists());
            }
        }
    }

    @Test
    void shouldFireOnWhatTheyAreForAndNotOnAVenueThatIsWell() throws Exception {
        assumeThat(AlertRules.isInstalled("promtool")).isTrue();
        final Path rules = AlertRules.plain(directory);
        final Path cases = Files.copy(AlertRules.FOLDER.resolve("alerts.test.yaml"), directory.resolve("alerts.test.yaml"));
        final String text = Files.readString(cases);
        for (final AlertRules.Alert alert : AlertRules.all()) {
            assertThat(text).as("a case in which it does not fire").contains("{alertname: " + alert.name() + ", eval_time: 150m, exp_alerts: []}");
            assertThat(text).as("a case in which it fires").contains("- alertname: " + alert.name() + "\n");
        }
        assertThat(new Terminal(directory).run("promtool", "check", "rules", rules.toString()).expectSuccess()).contains("SUCCESS");
        new Terminal(directory).run("promtool", "test", "rules", cases.toString()).expectSuccess();
    }

    /** That the cases above would find a rule that was changed by mistake. */
    @Test
    void shouldFindAChangedThreshold() throws Exception {
        assumeThat(AlertRules.isInstalled("promtool")).isTrue();
        final Path rules = AlertRules.plain(directory);
        final Path cases = Files.copy(AlertRules.FOLDER.resolve("alerts.test.yaml"), directory.resolve("alerts.test.yaml"), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(rules, Files.readString(rules).replace("expr: bourse_engine_disk_free_bytes < 536870912", "expr: bourse_engine_disk_free_bytes < 53687091"));
        final Terminal.Result result = new Terminal(directory).run("promtool", "test", "rules", cases.toString());
        assertThat(result.status()).isNotZero();
        assertThat(result.out() + result.err()).contains("BourseDiskLow");
    }
}
