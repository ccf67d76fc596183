package bourse.engine.scenario;

import bourse.sbe.engine.Side;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A scenario's words for orders, accounts and symbols, and the numbers that stand for them. */
final class Ids {
    /** Owns every order that names no account. */
    static final int DEFAULT_ACCOUNT = 1;
    static final String DEFAULT_SYMBOL = "X";

    private final Map<String, Long> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>(List.of(""));
    private final Set<Long> quotes = new HashSet<>();
    private final Map<String, Integer> accounts = new HashMap<>();
    private final List<String> accountNames = new ArrayList<>(List.of("", ""));
    private final Map<String, Integer> symbols = new HashMap<>();
    private final List<String> symbolNames = new ArrayList<>(List.of(""));

    /** Client order id of a name. */
    long number(final String name) {
        return numbers.computeIfAbsent(name, this::fresh);
    }

    /** Gives the name another number: its order is a new one. */
    void renew(final String name) {
        numbers.put(name, fresh(name));
    }

    private long fresh(final String name) {
        names.add(name);
        return names.size() - 1;
    }

    /** The name stands for two orders, NAME.bid and NAME.ask. */
    void isQuote(final long number) {
        quotes.add(number);
    }

    String name(final long number, final int side) {
        final String name = number > 0 && number < names.size() ? names.get((int) number) : "#" + number;
        if (!quotes.contains(number) || side == Side.BOTH.value()) {
            return name;
        }
        return name + (side == Side.BUY.value() ? ".bid" : ".ask");
    }

    int account(final String name) {
        if (name.isEmpty()) {
            return DEFAULT_ACCOUNT;
        }
        return accounts.computeIfAbsent(name, key -> {
            accountNames.add(key);
            return accountNames.size() - 1;
        });
    }

    String accountName(final int account) {
        return account > 0 && account < accountNames.size() ? accountNames.get(account) : "#" + account;
    }

    boolean knowsSymbol(final String symbol) {
        return symbols.containsKey(symbol);
    }

    int instrument(final String symbol) {
        return symbols.computeIfAbsent(symbol, key -> {
            symbolNames.add(key);
            return symbolNames.size() - 1;
        });
    }

    String symbol(final int instrumentId) {
        return instrumentId > 0 && instrumentId < symbolNames.size() ? symbolNames.get(instrumentId) : "#" + instrumentId;
    }

    int instruments() {
        return symbolNames.size() - 1;
    }
}
