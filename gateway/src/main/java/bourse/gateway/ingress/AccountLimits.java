package bourse.gateway.ingress;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.agrona.concurrent.NanoClock;

/**
 * What all streams and calls of one account share at this gateway: so many streams, so many new orders a second. As many entries as accounts have
 * logged in, each some 100 bytes. Any thread.
 */
public final class AccountLimits {
    /** One account's. */
    public static final class Account {
        private final AtomicInteger streams = new AtomicInteger();
        private final RateLimit rate;

        Account(final RateLimit rate) {
            this.rate = rate;
        }

        /** New orders, replacements and quotes. */
        public RateLimit rate() {
            return rate;
        }
    }

    private final int maxStreamsPerAccount;
    private final int commandsPerSecond;
    private final NanoClock clock;
    private final ConcurrentHashMap<Integer, Account> accounts = new ConcurrentHashMap<>();

    /** @param commandsPerSecond 0 = no limit */
    public AccountLimits(final int maxStreamsPerAccount, final int commandsPerSecond, final NanoClock clock) {
        this.clock = clock;
        this.maxStreamsPerAccount = maxStreamsPerAccount;
        this.commandsPerSecond = commandsPerSecond;
    }

    public Account of(final int account) {
        return accounts.computeIfAbsent(account, key -> new Account(new RateLimit(commandsPerSecond, clock.nanoTime())));
    }

    /** False: the account has as many streams as it may. */
    public boolean openStream(final int account) {
        final AtomicInteger streams = of(account).streams;
        if (streams.incrementAndGet() <= maxStreamsPerAccount) {
            return true;
        }
        streams.decrementAndGet();
        return false;
    }

    /** One that {@link #openStream} let in has ended. */
    public void closeStream(final int account) {
        of(account).streams.decrementAndGet();
    }
}
