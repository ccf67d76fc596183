package bourse.services.cli;

import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.Right;
import bourse.gateway.auth.TokenMinter;
import bourse.services.config.DurationText;
import bourse.services.config.GatewayConfig;
import bourse.services.config.VenueConfig;
import bourse.services.node.GatewayNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code bourse token}. */
@Command(name = "token",
    header = "Mint a token that lets its bearer trade for an account.",
    description = {
        "Prints the token and nothing else. It is signed with the venue's key in the data directory (made now if there is none), so this works",
        "where the venue's files are; elsewhere give the token by --token or $BOURSE_TOKEN.",
        "",
        "  export BOURSE_TOKEN=$(bourse token --account 7 --rights trade,read --ttl 8h)",
        ""})
public final class TokenCommand implements Callable<Integer> {
    /** Of tokens that a command mints for itself. */
    static final Duration SHORT_LIFE = Duration.ofHours(1);

    @Mixin
    private ConfigOptions config;
    @Mixin
    private JsonOutput json;
    @Option(names = "--account", required = true, paramLabel = "N", description = "Account, 1..4294967295.")
    private long account;
    @Option(names = "--rights", paramLabel = "LIST", defaultValue = "trade,read",
        description = "Any of trade, cancel, read, admin, separated by commas (default: ${DEFAULT-VALUE}).")
    private String rights;
    @Option(names = "--instruments", paramLabel = "LIST", split = ",", description = "Numbers of the only instruments that may be traded (default: all).")
    private List<Integer> instruments = List.of();
    @Option(names = "--ttl", paramLabel = "TIME", defaultValue = "8h", description = "How long it is good, such as 90s, 30m, 8h, 7d (default: ${DEFAULT-VALUE}).")
    private String ttl;
    @Option(names = "--subject", paramLabel = "TEXT", defaultValue = "bourse-token", description = "Who it is for, for the logs (default: ${DEFAULT-VALUE}).")
    private String subject;

    @Override
    public Integer call() {
        if (account < 1 || account > 0xFFFF_FFFFL) {
            throw new CommandFailure("--account: " + account + " (expected: 1..4294967295)");
        }
        final Duration life = DurationText.parse(ttl);
        if (life.isZero()) {
            throw new CommandFailure("--ttl: " + ttl + " (expected: above 0)");
        }
        final String token = mint(config.load(), (int) account, rights, subject, life, instruments);
        if (json.isOn()) {
            final Map<String, Object> result = new LinkedHashMap<>();
            result.put("token", token);
            result.put("account", account);
            result.put("rights", rights);
            result.put("expiresAt", Instant.now().plus(life).toString());
            json.write(result);
        } else {
            json.human().println(token);
        }
        return 0;
    }

    static String mint(final VenueConfig config, final int account, final String rights, final String subject, final Duration life) {
        return mint(config, account, rights, subject, life, List.of());
    }

    private static String mint(
        final VenueConfig config, final int account, final String rights, final String subject, final Duration life,
        final List<Integer> instruments) {
        final GatewayConfig.Tokens tokens = config.gateway().tokens();
        final Path folder = GatewayNode.keyDir(config);
        try {
            return new TokenMinter(KeyFile.openOrCreate(folder).privateKey(), tokens.issuer(), tokens.audience())
                .mint(subject, account, rights(rights), instruments.stream().mapToInt(Integer::intValue).toArray(), life);
        } catch (final IOException | UnsupportedOperationException e) {
            throw new CommandFailure("the venue's key in " + folder + " cannot be used: " + e.getMessage()
                + "; run this where the venue's files are, or give a token by --token", e);
        }
    }

    private static Set<Right> rights(final String list) {
        final Set<Right> rights = EnumSet.noneOf(Right.class);
        for (final String name : list.split(",")) {
            final Right right = Right.ofClaim(name.trim());
            if (right == null) {
                throw new CommandFailure("--rights: " + name + " (expected: any of "
                    + String.join(", ", Arrays.stream(Right.values()).map(Right::claim).toList()) + ")");
            }
            rights.add(right);
        }
        return rights;
    }
}
