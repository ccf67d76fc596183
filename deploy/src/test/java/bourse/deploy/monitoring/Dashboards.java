package bourse.deploy.monitoring;

import bourse.deploy.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The dashboards that are shipped, as far as tests look at them. */
final class Dashboards {
    static final Path FOLDER = Terminal.ROOT.resolve("deploy/kubernetes/components/monitoring/dashboards");

    /** One panel that shows something; its queries as they stand in the file. */
    record Panel(String dashboard, int id, String title, List<String> queries) {
        @Override
        public String toString() {
            return dashboard + " / " + title;
        }
    }

    private Dashboards() {
    }

    static List<JsonNode> all() throws IOException {
        final List<JsonNode> dashboards = new ArrayList<>();
        try (var files = Files.list(FOLDER)) {
            for (final Path file : files.sorted().toList()) {
                dashboards.add(new ObjectMapper().readTree(file.toFile()));
            }
        }
        return dashboards;
    }

    static List<Panel> panels() throws IOException {
        final List<Panel> panels = new ArrayList<>();
        for (final JsonNode dashboard : all()) {
            dashboard.path("panels").forEach(panel -> {
                if (!"row".equals(panel.path("type").asText())) {
                    final List<String> queries = new ArrayList<>();
                    panel.path("targets").forEach(target -> queries.add(target.path("expr").asText()));
                    panels.add(new Panel(dashboard.path("title").asText(), panel.path("id").asInt(), panel.path("title").asText(), queries));
                }
            });
        }
        return panels;
    }
}
