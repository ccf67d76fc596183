package bourse.services.cli;

import bourse.gateway.audit.AuditVerifier;
import bourse.services.node.GatewayNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code bourse audit}. */
@Command(name = "audit", header = "Check the log of who did what.",
    description = {"A gateway writes down logins, refusals, administration and displaced connections (gateway.audit), one line of JSON each.", "",
        "  bourse audit verify", ""},
    subcommands = AuditCommand.Verify.class)
public final class AuditCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing sub-command: verify?");
    }

    /** Verifies. */
    @Command(name = "verify", header = "Check that no line of an audit log was changed, removed or inserted.",
        description = {"Reads hashes, numbers and log positions of all lines; ends with status 1 at the first that does not fit. Cut-off last lines leave",
            "no trace in the log itself: note the last hash elsewhere now and then, and give it by --contains.", "",
            "  bourse audit verify",
            "  bourse audit verify /var/lib/bourse/audit-12/audit-000003.log", ""})
    static final class Verify implements Callable<Integer> {
        @Mixin
        private ConfigOptions config;
        @Mixin
        private JsonOutput json;
        @Parameters(arity = "0..1", paramLabel = "PLACE", description = "A folder of audit-*.log, or one such file (default: of the configured gateway).")
        private Path place;
        @Option(names = "--contains", paramLabel = "HASH", description = "A hash that was noted before: the log must still have it.")
        private String contains;

        @Override
        public Integer call() throws IOException {
            final Path checked = place == null ? GatewayNode.auditFolder(config.load()) : place;
            final AuditVerifier.Result found = AuditVerifier.verify(checked, contains);
            if (found.problem() != null) {
                json.human().println("NOT what was written: " + found.problem());
            } else {
                json.human().println(checked + ": " + found.lines() + " records in " + found.files() + " files, " + found.firstSeq() + " to " + found.lastSeq()
                    + ", up to log position " + found.lastLogPosition() + ", all as they were written");
                json.human().println("last hash " + found.lastHash());
            }
            final Map<String, Object> result = new LinkedHashMap<>();
            result.put("place", checked.toString());
            result.put("isWhole", found.problem() == null);
            result.put("problem", found.problem());
            result.put("files", found.files());
            result.put("records", found.lines());
            result.put("firstSeq", found.firstSeq());
            result.put("lastSeq", found.lastSeq());
            result.put("lastLogPosition", found.lastLogPosition());
            result.put("lastHash", found.lastHash());
            json.write(result);
            return found.problem() == null ? 0 : 1;
        }
    }
}
