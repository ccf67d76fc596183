package bourse.engine.log;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The members of a replicated log, which meet over UDP; the same list on each of them. Nothing that they say to each other is authenticated or
 * encrypted: their ports belong on a network that nobody else reaches.
 *
 * @param memberId            this member's place in the list, from 0; it keeps it for life
 * @param members             two to nine of them; more than half must be there for anything to be acknowledged
 * @param heartbeatIntervalMs the leader is heard of at least so often, 5..10,000
 * @param heartbeatTimeoutMs  without it for so long the others elect a new one, at least three intervals
 * @param electionTimeoutMs   a vote is counted after so long where not everybody has voted, 20..10,000
 * @param mtuBytes            longest UDP payload of the log and of commands, a multiple of 32, 1,280..65,504; 1,408 fits networks with 1,500
 */
public record LogMembers(int memberId, List<Member> members, long heartbeatIntervalMs, long heartbeatTimeoutMs, long electionTimeoutMs,
                         int mtuBytes) {
    /** Consecutive ports that a member uses, from its {@code basePort}: five of UDP, one of TCP. */
    public static final int PORTS = 6;
    private static final int MAX_MEMBERS = 9;
    private static final int MIN_MTU_BYTES = 1_280;
    private static final int MAX_MTU_BYTES = 65_504;

    /**
     * Where a member is reached. The name is looked up again when it does not answer, so that a member may come back at another address.
     *
     * @param host     name or address, as the other members know it
     * @param basePort first of {@link #PORTS}: commands, consensus, log, catching up, archive; and by TCP copies for members without data
     */
    public record Member(String host, int basePort) {
        public Member {
            if (host.isBlank() || host.contains(",") || host.contains("|") || host.contains("=")) {
                throw new IllegalArgumentException("member: '" + host + "' (expected: a host name or address)");
            }
            if (basePort < 1 || basePort > 65_535 - PORTS) {
                throw new IllegalArgumentException("member " + host + ": port " + basePort + " (expected: 1.." + (65_535 - PORTS) + ", the first of "
                        + PORTS + ")");
            }
        }

        /** Commands of gateways, UDP. */
        public String ingress() {
            return endpoint(0);
        }

        String archive() {
            return endpoint(4);
        }

        /** Any free port of this host's address that the others reach. */
        public String anyPort() {
            return host + ":0";
        }

        private String endpoint(final int which) {
            return host + ':' + (basePort + which);
        }
    }

    public LogMembers {
        members = List.copyOf(members);
        check("members", members.size(), 2, MAX_MEMBERS);
        check("memberId", memberId, 0, members.size() - 1);
        check("heartbeatIntervalMs", heartbeatIntervalMs, 5, 10_000);
        check("heartbeatTimeoutMs", heartbeatTimeoutMs, 3 * heartbeatIntervalMs, 120_000);
        check("electionTimeoutMs", electionTimeoutMs, 20, 10_000);
        check("mtuBytes", mtuBytes, MIN_MTU_BYTES, MAX_MTU_BYTES);
        if (mtuBytes % 32 != 0) {
            throw new IllegalArgumentException("mtuBytes: " + mtuBytes + " (expected: a multiple of 32)");
        }
        if (new HashSet<>(members).size() != members.size()) {
            throw new IllegalArgumentException("members: " + members + " (expected: each once)");
        }
    }

    /** This one. */
    public Member own() {
        return members.get(memberId);
    }

    /** Where clients send commands to whichever member leads: {@code 0=host:port,1=…}. */
    public String ingressEndpoints() {
        final List<String> endpoints = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            endpoints.add(i + "=" + members.get(i).ingress());
        }
        return String.join(",", endpoints);
    }

    /** In the form of Aeron Cluster: of each its id, then ingress, consensus, log, catch-up and archive endpoints. */
    String clusterMembers() {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < members.size(); i++) {
            final Member member = members.get(i);
            text.append(i == 0 ? "" : "|").append(i);
            for (int port = 0; port < 5; port++) {
                text.append(',').append(member.endpoint(port));
            }
        }
        return text.toString();
    }

    private static void check(final String name, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
