package bourse.gateway.auth;

import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a JWKS (RFC 7517) that is looked at again: every {@link Terms#refreshInterval()}, and sooner when a token names a key that is not
 * there, but not more often than {@link Terms#minInterval()}, so that forged tokens do not become a flood of fetches. While the source is out of
 * reach or says nothing usable the last good keys stay, for at most {@link Terms#maxAge()}; then nothing is accepted until it is back.
 *
 * <p>Only signature keys of the two algorithms count: Ed25519 and P-256, with a key id; at most {@value #MAX_KEYS}, the public half alone. Any
 * thread; fetches run on a thread of its own ({@link #start()}), or, for a file of this machine, where the caller is.
 */
public final class JwksKeys implements TokenKeys {
    /** Where the JWKS is. */
    public interface Source {
        /** The text, at most {@value #MAX_BYTES} bytes; takes a bounded time. */
        String fetch() throws IOException;

        /** Cheap enough to be asked on any thread: false when {@link #fetch()} would surely give what it gave last. */
        default boolean mayHaveChanged() {
            return true;
        }

        /** Reading takes microseconds and needs no thread of its own. */
        default boolean isLocal() {
            return false;
        }

        /** For messages. */
        String name();
    }

    /**
     * When to look again.
     *
     * @param refreshInterval between looks when nothing asks for one
     * @param minInterval     between looks at all
     * @param maxAge          how long the last good keys outlive the source
     */
    public record Terms(Duration refreshInterval, Duration minInterval, Duration maxAge) {
        /** A file: looked at every second, which costs a system call. */
        public static final Terms OF_A_FILE = new Terms(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofHours(24));

        public Terms {
            if (minInterval.isNegative() || refreshInterval.compareTo(minInterval) < 0 || maxAge.compareTo(refreshInterval) < 0) {
                throw new IllegalArgumentException("minInterval: " + minInterval + ", refreshInterval: " + refreshInterval + ", maxAge: " + maxAge
                    + " (expected: 0 <= minInterval <= refreshInterval <= maxAge)");
            }
        }
    }

    /** Longest JWKS that is read. */
    static final int MAX_BYTES = 64 * 1024;
    static final int MAX_KEYS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(JwksKeys.class);

    private record Snapshot(Map<String, JWK> keys, String text) {
    }

    private final Source source;
    private final Terms terms;
    private final InstantSource clock;
    private final LongAdder refreshes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final AtomicBoolean isRefreshing = new AtomicBoolean();
    private ScheduledExecutorService thread;
    private volatile Snapshot snapshot;
    private final AtomicLong generation = new AtomicLong();
    private volatile long goodMillis;
    private volatile long lookedAtMillis;
    private volatile String lastFailure;

    /** Reads the keys once; {@link #start()} looks again. */
    public JwksKeys(final Source source, final Terms terms, final InstantSource clock) throws IOException {
        this.source = source;
        this.terms = terms;
        this.clock = clock;
        lookedAtMillis = clock.millis();
        final String text = source.fetch();
        snapshot = new Snapshot(parse(text), text);
        goodMillis = clock.millis();
    }

    /** Looks again now and then on a thread of its own; a local source needs none. */
    public JwksKeys start() {
        if (!source.isLocal()) {
            thread = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("token-keys").factory());
            final long intervalMs = terms.refreshInterval().toMillis();
            thread.scheduleWithFixedDelay(this::refresh, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
        }
        return this;
    }

    @Override
    public JWK find(final String keyId) {
        if (source.isLocal()) {
            lookAgain(terms.refreshInterval());
        }
        final JWK key = snapshot.keys.get(keyId);
        if (key == null) {
            lookAgain(terms.minInterval());
            return snapshot.keys.get(keyId);
        }
        return key;
    }

    /** Refreshes when the last look is older than {@code interval}: here for a local source, else on the thread. */
    private void lookAgain(final Duration interval) {
        final long nowMillis = clock.millis();
        if (nowMillis - lookedAtMillis < interval.toMillis() || !isRefreshing.compareAndSet(false, true)) {
            return;
        }
        try {
            if (source.isLocal()) {
                refresh();
            } else if (thread != null) {
                lookedAtMillis = nowMillis;
                thread.execute(this::refresh);
            }
        } finally {
            isRefreshing.set(false);
        }
    }

    /** Reads the source now. Thread: {@code token-keys}, or the caller of {@link #find} for a local source. */
    void refresh() {
        lookedAtMillis = clock.millis();
        if (!source.mayHaveChanged()) {
            goodMillis = clock.millis();
            return;
        }
        try {
            final String text = source.fetch();
            final boolean isNew = !text.equals(snapshot.text);
            if (isNew) {
                snapshot = new Snapshot(parse(text), text);
                generation.incrementAndGet();
                LOG.info("token keys changed source={} keys={}", source.name(), snapshot.keys.keySet());
            }
            if (lastFailure != null) {
                LOG.info("token keys are within reach again source={}", source.name());
            }
            lastFailure = null;
            goodMillis = clock.millis();
            refreshes.increment();
        } catch (final IOException | RuntimeException e) {
            failures.increment();
            if (lastFailure == null) {
                LOG.warn("token keys cannot be read, the last good ones stay for {}: source={} problem={}", terms.maxAge(), source.name(), e.toString());
            }
            lastFailure = e.getMessage() == null ? e.toString() : e.getMessage();
        }
    }

    private Map<String, JWK> parse(final String text) throws IOException {
        final JWKSet set;
        try {
            set = JWKSet.parse(text);
        } catch (final ParseException e) {
            throw new IOException(source.name() + ": not a JWKS: " + e.getMessage(), e);
        }
        final Map<String, JWK> keys = new LinkedHashMap<>();
        for (final JWK key : set.getKeys()) {
            final boolean isSignature = key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse());
            final boolean isKnown = key instanceof final OctetKeyPair edwards && Curve.Ed25519.equals(edwards.getCurve())
                || key instanceof final ECKey elliptic && Curve.P_256.equals(elliptic.getCurve());
            if (isSignature && isKnown && key.getKeyID() != null && keys.size() < MAX_KEYS) {
                keys.putIfAbsent(key.getKeyID(), key.toPublicJWK());
            }
        }
        if (keys.isEmpty()) {
            throw new IOException(source.name() + ": no usable key (expected: at least one of Ed25519 or P-256 with a kid)");
        }
        return keys;
    }

    @Override
    public long generation() {
        if (source.isLocal()) {
            lookAgain(terms.refreshInterval());
        }
        return generation.get();
    }

    @Override
    public boolean isUsable() {
        return ageMillis() <= terms.maxAge().toMillis();
    }

    /** Since the source last said, or confirmed, what the keys are. */
    public long ageMillis() {
        return lastFailure == null && source.isLocal() ? 0 : Math.max(0, clock.millis() - goodMillis);
    }

    /** Times that the source was read. */
    public long refreshes() {
        return refreshes.sum();
    }

    /** Times that it could not be read. */
    public long failures() {
        return failures.sum();
    }

    @Override
    public String describe() {
        final String state = snapshot.keys.size() + " keys of " + source.name();
        final String failure = lastFailure;
        if (failure == null) {
            return state;
        }
        return state + (isUsable() ? ", out of reach for " : ", TOO OLD, out of reach for ") + ageMillis() / 1_000 + " s: " + failure;
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
    }
}
