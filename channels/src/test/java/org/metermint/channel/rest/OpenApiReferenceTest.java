package org.metermint.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.metermint.tariff.Tariff;
import org.metermint.vending.receipt.Receipt;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps docs/reference/openapi.json what the controllers say. After a change run the test with
 * {@code -Dmetermint.regenerate=true}, which writes the file anew.
 */
class OpenApiReferenceTest {
    private static final Path FILE = Path.of(System.getProperty("metermint.root"), "docs", "reference", "openapi.json");

    @Test
    void file_isWhatTheControllersSay() throws IOException {
        String description = description();
        if (Boolean.getBoolean("metermint.regenerate")) {
            Files.writeString(FILE, description);
        }
        assertThat(Files.readString(FILE)).isEqualTo(description);
    }

    private static String description() {
        try (TestServer server = TestServer.start(
                new FakeVending().parts(),
                FakeVending.CREDENTIAL,
                Map.of(
                        "springdoc.api-docs.version", "openapi_3_1",
                        "springdoc.writer-with-order-by-keys", "true",
                        "springdoc.paths-to-match", "/v1/**",
                        "springdoc.override-with-generic-response", "false"),
                Words.class)) {
            HttpResponse<String> answer = TestServer.send(server.anonymous("/v3/api-docs"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            ObjectNode description = (ObjectNode) TestServer.json(answer);
            description.remove("servers");
            return JsonMapper.builder()
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .build()
                            .writeValueAsString(description)
                            .replace("\r\n", "\n")
                    + "\n";
        }
    }

    /** What the description says about the interface as a whole. */
    static class Words {
        @Bean
        OpenAPI wholeInterface() {
            return new OpenAPI()
                    .info(new Info()
                            .title("Metermint")
                            .version("1")
                            .description("Sells STS prepayment tokens. Guide: docs/reference/http.md.")
                            .license(new License().name("Apache-2.0")))
                    .components(new Components()
                            .addSecuritySchemes(
                                    "basic",
                                    new SecurityScheme()
                                            .type(SecurityScheme.Type.HTTP)
                                            .scheme("basic")
                                            .description("Client id and secret."))
                            .addSecuritySchemes(
                                    "bearer",
                                    new SecurityScheme()
                                            .type(SecurityScheme.Type.HTTP)
                                            .scheme("bearer")
                                            .description("Client id, a point, and the secret.")))
                    .addSecurityItem(new SecurityRequirement().addList("basic"))
                    .addSecurityItem(new SecurityRequirement().addList("bearer"));
        }

        /** Members in snake case as {@link StrictJson} writes them; a tariff has a schema of its own. */
        @Bean
        ModelResolver names(ObjectMapperProvider provider) {
            SpringDocUtils.getConfig().replaceWithSchema(BigDecimal.class, new StringSchema().example("2.1611"));
            SpringDocUtils.getConfig()
                    .replaceWithSchema(
                            Tariff.class,
                            new ObjectSchema()
                                    .description("A tariff version: docs/reference/tariff.schema.json is its schema."));
            return new ModelResolver(
                    provider.jsonMapper().copy().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
        }

        @Bean
        OperationCustomizer problems() {
            return (operation, method) -> {
                operation
                        .getResponses()
                        .addApiResponse(
                                "default",
                                new ApiResponse()
                                        .description("A problem")
                                        .content(new Content()
                                                .addMediaType(
                                                        Problem.MEDIA_TYPE.toString(),
                                                        new MediaType()
                                                                .schema(new Schema<>()
                                                                        .$ref("#/components/schemas/Problem")))));
                return operation;
            };
        }

        /** A member is required unless its component is an {@link Optional}, as {@link Completeness} holds it. */
        @Bean
        OpenApiCustomizer requiredMembers() {
            return api -> {
                var schemas = api.getComponents().getSchemas();
                schemas.put("Problem", problemSchema());
                assertThat(schemas.keySet()).isEqualTo(RECORDS.keySet());
                RECORDS.forEach((name, type) -> {
                    Schema<?> schema = schemas.get(name);
                    schema.setRequired(required(type));
                });
            };
        }

        private static List<String> required(Class<? extends Record> type) {
            return Arrays.stream(type.getRecordComponents())
                    .filter(component -> component.getType() != Optional.class)
                    .map(component ->
                            PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName()))
                    .toList();
        }

        private static Schema<?> problemSchema() {
            return ModelConverters.getInstance(true).readAllAsResolvedSchema(Problem.class).schema;
        }

        private static final Map<String, Class<? extends Record>> RECORDS = new TreeMap<>(Map.ofEntries(
                Map.entry("AccountResource", AccountResource.class),
                Map.entry("Advance", AdvanceController.AdvanceResource.class),
                Map.entry("AdvanceBody", AdvanceController.AdvanceBody.class),
                Map.entry("AdviceBody", AdviceBody.class),
                Map.entry("BankingBatch", BatchResource.BankingBatchResource.class),
                Map.entry("BankingBatchBody", BatchController.BankingBatchBody.class),
                Map.entry("BatchTotal", BatchResource.BatchTotalResource.class),
                Map.entry("CashUp", ShiftResource.CashUpResource.class),
                Map.entry("CashUpBody", ShiftController.CashUpBody.class),
                Map.entry("ChannelFeeResource", ChannelFeeController.ChannelFeeResource.class),
                Map.entry("ClientResource", VendorStaffController.ClientResource.class),
                Map.entry("CommissionBody", DepositController.CommissionBody.class),
                Map.entry("CommissionPlanResource", CommissionPlanController.CommissionPlanResource.class),
                Map.entry("Continuation", ShiftResource.ContinuationResource.class),
                Map.entry("Count", ShiftResource.CountResource.class),
                Map.entry("CountedBody", ShiftController.CountedBody.class),
                Map.entry("CreditLineBody", VendorController.CreditLineBody.class),
                Map.entry("CustomerResource", CustomerResource.class),
                Map.entry("Trial", TrialResource.class),
                Map.entry("ReversalBody", ReversalController.ReversalBody.class),
                Map.entry("ReversalResource", ReversalController.ReversalResource.class),
                Map.entry("Claim", EntitlementController.ClaimResource.class),
                Map.entry("Entitlement", EntitlementController.EntitlementBody.class),
                Map.entry("EntitlementList", EntitlementListResource.class),
                Map.entry("EntitlementListBody", EntitlementListResource.ListBody.class),
                Map.entry("ReplacementBody", AccountController.ReplacementBody.class),
                Map.entry("RateDraft", RateController.RateDraftResource.class),
                Map.entry("PageRateDraft", Page.class),
                Map.entry("FreeUnits", SaleResource.Free.class),
                Map.entry("Debt", DebtResource.class),
                Map.entry("DebtBody", DebtResource.DebtBody.class),
                Map.entry("DebtChange", DebtChangeController.DebtChangeResource.class),
                Map.entry("DebtChangeBody", DebtChangeController.DebtChangeBody.class),
                Map.entry("DebtTerms", DebtResource.TermsResource.class),
                Map.entry("DecisionResource", DepositResource.DecisionResource.class),
                Map.entry("DepositBody", DepositResource.DepositBody.class),
                Map.entry("DepositResource", DepositResource.class),
                Map.entry("FactsResource", FactsResource.class),
                Map.entry("Found", SupplyPointController.Found.class),
                Map.entry("KeyBody", SupplyGroupController.KeyBody.class),
                Map.entry("LedgerAccountResource", LedgerController.LedgerAccountResource.class),
                Map.entry("LedgerCloseResource", LedgerController.LedgerCloseResource.class),
                Map.entry("LedgerEntryResource", LedgerController.LedgerEntryResource.class),
                Map.entry("PostingResource", LedgerController.PostingResource.class),
                Map.entry("PageLedgerAccountResource", Page.class),
                Map.entry("PageLedgerCloseResource", Page.class),
                Map.entry("PageLedgerEntryResource", Page.class),
                Map.entry("Invoice", Receipt.Invoice.class),
                Map.entry("Issuer", Receipt.Issuer.class),
                Map.entry("LetterheadResource", LetterheadController.LetterheadResource.class),
                Map.entry("Line", Receipt.Line.class),
                Map.entry("MeterResource", MeterResource.class),
                Map.entry("NewClientBody", VendorStaffController.NewClientBody.class),
                Map.entry("NewVendorBody", VendorResource.NewVendorBody.class),
                Map.entry("Owed", Receipt.Owed.class),
                Map.entry("PageBankingBatch", Page.class),
                Map.entry("PageChannelFeeResource", Page.class),
                Map.entry("PageClientResource", Page.class),
                Map.entry("PageCommissionPlanResource", Page.class),
                Map.entry("PageDebtChange", Page.class),
                Map.entry("PageDepositResource", Page.class),
                Map.entry("PageLetterheadResource", Page.class),
                Map.entry("PageRateResource", Page.class),
                Map.entry("PageSalesBatch", Page.class),
                Map.entry("PageShiftResource", Page.class),
                Map.entry("PageStaffResource", Page.class),
                Map.entry("PageSupplyGroupResource", Page.class),
                Map.entry("PageTariff", Page.class),
                Map.entry("PageVendorResource", Page.class),
                Map.entry("Payment", PaymentResource.class),
                Map.entry("PaymentBody", PaymentResource.PaymentBody.class),
                Map.entry("PaymentPart", PaymentResource.PartResource.class),
                Map.entry("PaymentReversal", PaymentController.PaymentReversalResource.class),
                Map.entry("PaymentReversalBody", PaymentController.PaymentReversalBody.class),
                Map.entry("PlanBody", VendorController.PlanBody.class),
                Map.entry("Position", AccountResource.Position.class),
                Map.entry("Problem", Problem.class),
                Map.entry("ReasonBody", DepositController.ReasonBody.class),
                Map.entry("Quote", QuoteController.QuoteResource.class),
                Map.entry("RateResource", RateController.RateResource.class),
                Map.entry("Receipt", Receipt.class),
                Map.entry("ReopeningBody", ShiftController.ReopeningBody.class),
                Map.entry("SaleBody", SaleBody.class),
                Map.entry("SaleLine", SaleResource.Line.class),
                Map.entry("SaleResource", SaleResource.class),
                Map.entry("SaleToken", SaleResource.Token.class),
                Map.entry("SalesBatch", BatchResource.SalesBatchResource.class),
                Map.entry("SalesBatchBody", BatchController.SalesBatchBody.class),
                Map.entry("ShiftBody", ShiftController.ShiftBody.class),
                Map.entry("ShiftResource", ShiftResource.class),
                Map.entry("ShiftTotal", ShiftResource.TotalResource.class),
                Map.entry("StaffBody", VendorStaffController.StaffBody.class),
                Map.entry("StaffResource", VendorStaffController.StaffResource.class),
                Map.entry("StatementLine", StatementController.StatementLine.class),
                Map.entry("StatementResource", StatementController.StatementResource.class),
                Map.entry("StatusBody", MeterController.StatusBody.class),
                Map.entry("Step", Receipt.Step.class),
                Map.entry("SupplyGroupResource", SupplyGroupResource.class),
                Map.entry("SupplyPointResource", SupplyPointController.SupplyPointResource.class),
                Map.entry("PageTariffDraft", Page.class),
                Map.entry("TariffDraft", TariffDraftController.TariffDraftResource.class),
                Map.entry("Token", Receipt.Token.class),
                Map.entry("VendorResource", VendorResource.class),
                Map.entry("VendorStatusBody", VendorController.VendorStatusBody.class)));
    }
}
