package bourse.engine.book;

/** Fixed integer mixing for tables and tree shapes; the same on every machine. Hot path. */
public final class Hash {
    private Hash() {
    }

    /** Finaliser of MurmurHash3 (Austin Appleby, public domain): every input bit reaches every output bit. */
    public static long mix(final long value) {
        long h = value;
        h ^= h >>> 33;
        h *= 0xff51afd7ed558ccdL;
        h ^= h >>> 33;
        h *= 0xc4ceb9fe1a85ec53L;
        return h ^ h >>> 33;
    }
}
