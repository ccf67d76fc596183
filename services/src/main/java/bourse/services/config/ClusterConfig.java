package bourse.services.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The members of a replicated engine; the same on all of them, but for {@code member}.
 *
 * @param members           where they are; empty = this engine is alone
 * @param member            which of them this is, from 0
 * @param heartbeatInterval the leader is heard of at least so often
 * @param heartbeatTimeout  without it for so long the others elect a new one
 * @param electionTimeout   a vote is counted after so long where not everybody has voted; a second at least in the first two of a member's life
 * @param mtu               longest UDP payload between members, bytes
 * @param seedFrom          a member that has no data copies this one's even where it is in no quorum, after an operator's decision; -1 = never
 */
public record ClusterConfig(List<Member> members, int member, Duration heartbeatInterval, Duration heartbeatTimeout, Duration electionTimeout,
                            int mtu, int seedFrom) {
    private static final int PORTS = 6;

    /**
     * One member.
     *
     * @param host as the others know it
     * @param port the first of six in a row
     */
    public record Member(String host, int port) {
    }

    /** There are several members. */
    public boolean isReplicated() {
        return !members.isEmpty();
    }

    static ClusterConfig read(final ConfigSection section) {
        final String text = section.text("members", "");
        final List<Member> members = members(section, text);
        final int member = section.integer("member", 0, 0, 8);
        final Duration interval = section.duration("heartbeatInterval", Duration.ofMillis(50), Duration.ofMillis(5), Duration.ofSeconds(10));
        final Duration timeout = section.duration("heartbeatTimeout", Duration.ofMillis(300), Duration.ofMillis(20), Duration.ofMinutes(1));
        if (timeout.compareTo(interval.multipliedBy(3)) < 0) {
            throw section.bad("heartbeatTimeout", DurationText.of(timeout), "at least three times heartbeatInterval, " + DurationText.of(interval));
        }
        final ClusterConfig config = new ClusterConfig(members, member, interval, timeout,
            section.duration("electionTimeout", Duration.ofMillis(60), Duration.ofMillis(20), Duration.ofSeconds(10)),
            section.integer("mtu", 1408, 1_280, 65_504),
            section.integer("seedFrom", -1, -1, 8));
        if (config.mtu % 32 != 0) {
            throw section.bad("mtu", config.mtu, "a multiple of 32");
        }
        if (!members.isEmpty() && member >= members.size()) {
            throw section.bad("member", member, "0.." + (members.size() - 1) + ", one of cluster.members");
        }
        if (config.seedFrom >= Math.max(1, members.size()) || config.seedFrom == member && !members.isEmpty()) {
            throw section.bad("seedFrom", config.seedFrom, "another one of cluster.members, or -1");
        }
        section.end();
        return config;
    }

    private static List<Member> members(final ConfigSection section, final String text) {
        final List<Member> members = new ArrayList<>();
        if (text.isBlank()) {
            return members;
        }
        for (final String one : text.split(",")) {
            final String entry = one.trim();
            final int colon = entry.lastIndexOf(':');
            if (colon < 1 || !entry.substring(colon + 1).matches("\\d{1,5}") || entry.matches(".*[\\s|=].*")
                || Integer.parseInt(entry.substring(colon + 1)) < 1 || Integer.parseInt(entry.substring(colon + 1)) > 65_535 - PORTS) {
                throw section.bad("members", one, "HOST:PORT of each member, separated by commas; PORT is the first of " + PORTS + " in a row, 1.."
                    + (65_535 - PORTS));
            }
            members.add(new Member(entry.substring(0, colon), Integer.parseInt(entry.substring(colon + 1))));
        }
        if (members.size() < 2 || members.size() > 9 || new HashSet<>(members).size() != members.size()) {
            throw section.bad("members", text, "two to nine different ones, or nothing for an engine alone");
        }
        return List.copyOf(members);
    }
}
