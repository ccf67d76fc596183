package bourse.services.cli;

import bourse.admin.v1.SetAccountLimitsRequest;
import bourse.admin.v1.SetKillSwitchRequest;
import bourse.admin.v1.SetKillSwitchResponse;
import bourse.admin.v1.TransferAssetRequest;
import bourse.admin.v1.TransferAssetResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.Map;
import java.util.concurrent.Callable;

/** The operators' commands about one account, each named by {@code --account}. */
final class AdminAccountCommands {
    private AdminAccountCommands() {
    }

    /** Limits. */
    @Command(name = "limits", header = "Set the limits of an account.",
        description = {"All of them at once: what is left out has no limit. In the instruments' smallest units.", "",
            "  bourse admin limits --account 7 --max-quantity 1000 --max-orders-per-second 500", ""})
    static final class Limits implements Callable<Integer> {
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private JsonOutput json;
        @Option(names = "--firm", paramLabel = "N", description = "Accounts of one firm share self-trade prevention.")
        private int firm;
        @Option(names = "--max-quantity", paramLabel = "N", description = "Of one order.")
        private long maxQuantity;
        @Option(names = "--max-notional", paramLabel = "N", description = "Of one order.")
        private long maxNotional;
        @Option(names = "--max-position", paramLabel = "N", description = "Per instrument, either way.")
        private long maxPosition;
        @Option(names = "--max-open-orders", paramLabel = "N", description = "At one time.")
        private long maxOpenOrders;
        @Option(names = "--max-orders-per-second", paramLabel = "N", description = "By the log's clock.")
        private long maxOrdersPerSecond;

        @Override
        public Integer call() {
            try (venue) {
                final SetAccountLimitsRequest request = SetAccountLimitsRequest.newBuilder()
                    .setAccount(venue.account()).setFirm(firm).setMaxOrderQuantity(maxQuantity).setMaxOrderNotional(maxNotional)
                    .setMaxPosition(maxPosition).setMaxOpenOrders(maxOpenOrders).setMaxOrdersPerSecond(maxOrdersPerSecond).build();
                venue.admin().setAccountLimits(request);
                json.human().println("account " + venue.account() + ": limits set");
                json.write(OrderSubmission.tree(request));
                return 0;
            }
        }
    }

    /** Deposits. */
    @Command(name = "deposit", header = "Add an amount of an asset to an account's balance, or take it off.",
        description = {"Used by instruments that check balances.", "",
            "  bourse admin deposit --account 7 --asset USD --amount 100000",
            "  bourse admin deposit --account 7 --asset USD --amount=-500", ""})
    static final class Deposit implements Callable<Integer> {
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private JsonOutput json;
        @Option(names = "--asset", required = true, paramLabel = "ASSET", description = "1..8 characters.")
        private String asset;
        @Option(names = "--amount", required = true, paramLabel = "N", description = "In the asset's smallest units; negative = withdrawal.")
        private long amount;

        @Override
        public Integer call() {
            try (venue) {
                final TransferAssetResponse response = venue.admin().transferAsset(TransferAssetRequest.newBuilder()
                    .setAccount(venue.account()).setAsset(asset).setAmount(amount).build());
                json.human().println("account " + venue.account() + ": " + response.getBalance() + " " + asset);
                json.write(Map.of("account", venue.account(), "asset", asset, "balance", response.getBalance()));
                return 0;
            }
        }
    }

    /** The kill switch. */
    @Command(name = "kill", header = "Cancel all orders of an account and refuse new ones, until --off.",
        description = {"Works at once, whatever the account's sessions do.", "", "  bourse admin kill --account 7", "  bourse admin kill --account 7 --off", ""})
    static final class Kill implements Callable<Integer> {
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private JsonOutput json;
        @Option(names = "--off", description = "Let the account trade again.")
        private boolean off;

        @Override
        public Integer call() {
            try (venue) {
                final SetKillSwitchResponse response = venue.admin().setKillSwitch(
                    SetKillSwitchRequest.newBuilder().setAccount(venue.account()).setOn(!off).build());
                json.human().println("account " + venue.account() + (off ? " may trade again" : " is stopped, " + response.getCancelledOrders() + " orders cancelled"));
                json.write(Map.of("account", venue.account(), "killed", !off, "cancelledOrders", response.getCancelledOrders()));
                return 0;
            }
        }
    }
}
