package bourse.services.config;

/** The known name that a mistyped one most likely means, by edit distance. */
public final class NearestName {
    private NearestName() {
    }

    /** Null when nothing is near: more than a third of the characters, or more than four, differ. */
    public static String of(final String name, final Iterable<String> known) {
        String nearest = null;
        int least = Math.min(4, 1 + name.length() / 3) + 1;
        for (final String candidate : known) {
            final int distance = distance(name.toLowerCase(java.util.Locale.ROOT), candidate.toLowerCase(java.util.Locale.ROOT));
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    private static int distance(final String a, final String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            final int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                final int substitute = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitute, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
