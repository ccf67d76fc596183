package bourse.bench.cache;

/** What of the book's memory an access is for, by the class that makes it. */
enum Structure {
    ORDERS("order slots", "OrderSlot", "OrderStore", "SlotPool", "OwnerSlot", "TermsSlot"),
    LEVELS("price levels", "LevelSlot"),
    LADDER("ladder of a side", "SideBook", "FarField"),
    IDS("id indices", "OrderIndex", "AccountKeyIndex", "UsedIdSet", "FinishedIds"),
    ACCOUNTS("accounts", "AccountSlot", "AccountTable", "BalanceTable", "Ledger"),
    PUBLISHED("published top and depth", "PublishedBook"),
    OTHER("other");

    private final String title;
    private final String[] classes;

    Structure(final String title, final String... classes) {
        this.title = title;
        this.classes = classes;
    }

    String title() {
        return title;
    }

    /** @param internalName of a class of the engine, with slashes */
    static Structure of(final String internalName) {
        final String simple = internalName.substring(internalName.lastIndexOf('/') + 1).replaceAll("\\$.*", "");
        for (final Structure structure : values()) {
            for (final String name : structure.classes) {
                if (name.equals(simple)) {
                    return structure;
                }
            }
        }
        return OTHER;
    }
}
