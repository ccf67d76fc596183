package bourse.bench.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code bourse bench jmh}: the micro-benchmarks, with JMH's own options. */
@Command(name = "jmh",
    header = "Micro-benchmarks (JMH).",
    description = {"Everything behind -- goes to JMH: a pattern of names, then its options.",
        "",
        "  bourse bench jmh                                  lists them",
        "  bourse bench jmh -- CommandJmh -prof gc           ns and bytes per command, by kind of command",
        "  bourse bench jmh -- CommandTypesJmh -prof gc      the same for every order type, instruction and administrator's command",
        "  bourse bench jmh -- KernelsJmh -p length=10,1000  each analytic, scalar against vector",
        "  bourse bench jmh -- MemoryJmh -f 1 -wi 3 -i 5",
        ""})
public final class JmhCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ARG", description = "Pattern and options of JMH.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws IOException {
        final List<String> all = new ArrayList<>(arguments);
        if (all.isEmpty()) {
            all.add("-l");
        }
        org.openjdk.jmh.Main.main(all.toArray(String[]::new));
        return 0;
    }
}
