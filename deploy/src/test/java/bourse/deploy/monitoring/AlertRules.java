package bourse.deploy.monitoring;

import bourse.deploy.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The alerts that are shipped. */
final class AlertRules {
    static final Path FOLDER = Terminal.ROOT.resolve("deploy/kubernetes/components/monitoring");
    static final Path RUNBOOK = Terminal.ROOT.resolve("docs/runbook");

    record Alert(String name, String expression, String severity, String summary, String runbook) {
    }

    private AlertRules() {
    }

    static List<Alert> all() throws IOException {
        final JsonNode rules = new ObjectMapper(new YAMLFactory()).readTree(FOLDER.resolve("alerts.yaml").toFile());
        final List<Alert> alerts = new ArrayList<>();
        rules.path("spec").path("groups").forEach(group -> group.path("rules").forEach(rule -> alerts.add(new Alert(rule.path("alert").asText(),
            rule.path("expr").asText(), rule.path("labels").path("severity").asText(), rule.path("annotations").path("summary").asText(),
            rule.path("annotations").path("runbook_url").asText()))));
        return alerts;
    }

    /** The rule file that a Prometheus without an operator reads, as {@code plain-rules} makes it. */
    static Path plain(final Path directory) throws IOException, InterruptedException {
        return Files.writeString(directory.resolve("bourse.rules.yaml"),
            new Terminal().run(FOLDER.resolve("plain-rules").toString()).expectSuccess());
    }

    /** False, and a line that says so, where a program is not installed. */
    static boolean isInstalled(final String program) throws InterruptedException {
        try {
            new Terminal().run(program, "--version").expectSuccess();
            return true;
        } catch (final IOException absent) {
            System.err.println("SKIPPED: there is no " + program + " on the PATH (Debian: apt-get install --no-install-recommends prometheus)");
            return false;
        }
    }
}
