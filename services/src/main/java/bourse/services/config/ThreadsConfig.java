package bourse.services.config;

import bourse.services.placement.CpuList;

/**
 * Cores for the threads of each part; empty = wherever the kernel puts them. What shares another part's thread goes where that is.
 *
 * @param engine     matching, and in the ordinary layout driver, archive and consensus, too
 * @param gateway    the gateway's agent, where it has a thread of its own
 * @param network    the gateway's event loops
 * @param marketData the feed's agent, where it has a thread of its own, and its servers
 */
public record ThreadsConfig(CpuList engine, CpuList gateway, CpuList network, CpuList marketData) {
    static ThreadsConfig read(final ConfigSection section) {
        final ThreadsConfig config = new ThreadsConfig(cpus(section, "engine"), cpus(section, "gateway"), cpus(section, "network"),
            cpus(section, "marketdata"));
        section.end();
        return config;
    }

    private static CpuList cpus(final ConfigSection section, final String key) {
        final String text = section.text(key, "");
        try {
            return CpuList.parse(text);
        } catch (final IllegalArgumentException e) {
            throw section.bad(key, text, "cores such as 0-3,8, or nothing");
        }
    }
}
