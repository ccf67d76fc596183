package bourse.services.cli;

import java.util.List;

/**
 * How another module adds commands to the command line: listed in {@code META-INF/services/bourse.services.cli.CommandProvider}.
 * Asked once, while the command line is built; the constructors of provider and commands must be cheap, since every {@code --help} pays for them.
 */
public interface CommandProvider {
    /** Objects annotated with {@code picocli.CommandLine.Command}, each with a name; in the order in which help lists them. */
    List<Object> commands();

    /** Words that lead to the parent command, blank-separated: {@code ""} = top level, {@code "bench"} = below {@code bourse bench}. */
    String parent();
}
