package bourse.gateway.auth;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Which right each method asks for, by full name ({@code package.Service/Method}). What is not named is denied. Immutable. */
public final class MethodRights {
    private final Map<String, Set<Right>> anyOf;
    private final Set<String> open;

    private MethodRights(final Map<String, Set<Right>> anyOf, final Set<String> open) {
        this.anyOf = Map.copyOf(anyOf);
        this.open = Set.copyOf(open);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Whether anything is said about the method; what is not is denied. */
    public boolean hasRule(final String fullMethodName) {
        return isOpen(fullMethodName) || isKnown(fullMethodName);
    }

    /** May be called without a token. */
    boolean isOpen(final String fullMethodName) {
        return open.contains(fullMethodName) || open.contains(service(fullMethodName));
    }

    boolean isKnown(final String fullMethodName) {
        return anyOf.containsKey(fullMethodName);
    }

    boolean allows(final String fullMethodName, final Credential credential) {
        for (final Right right : anyOf.get(fullMethodName)) {
            if (credential.may(right)) {
                return true;
            }
        }
        return false;
    }

    Set<Right> of(final String fullMethodName) {
        return anyOf.get(fullMethodName);
    }

    private static String service(final String fullMethodName) {
        return fullMethodName.substring(0, fullMethodName.indexOf('/') + 1);
    }

    /** Collects methods. */
    public static final class Builder {
        private final Map<String, Set<Right>> anyOf = new HashMap<>();
        private final Set<String> open = new java.util.HashSet<>();

        private Builder() {
        }

        /** The method asks for one of these rights. */
        public Builder allow(final String fullMethodName, final Right first, final Right... others) {
            anyOf.put(fullMethodName, EnumSet.of(first, others));
            return this;
        }

        /** All methods of a service, without a token. */
        public Builder open(final String serviceName) {
            open.add(serviceName + "/");
            return this;
        }

        public MethodRights build() {
            return new MethodRights(anyOf, open);
        }
    }
}
