namespace NettyKafka.Server.Config;

/// <summary>How tokens of OAUTHBEARER are checked: by the keys of <c>sasl.oauthbearer.jwks.endpoint.url</c>, or not signed at all where a login module asks for it.</summary>
public sealed class OAuthBearerConfig
{
    const string UnsecuredPrefix = "unsecured";
    const string ValidatorPrefix = "unsecuredValidator";
    const string PrincipalClaimOption = "unsecuredValidatorPrincipalClaimName";
    const string JwksUrlName = "sasl.oauthbearer.jwks.endpoint.url";

    public OAuthBearerConfig(ConfigValues values, JaasConfig? jaas)
    {
        JwksEndpointUrl = values.TextOrNull(JwksUrlName);
        if (JwksEndpointUrl is not null && !(Uri.TryCreate(JwksEndpointUrl, UriKind.Absolute, out var uri) && uri.Scheme is "file" or "https" or "http"))
            throw new ConfigException($"{JwksUrlName}={JwksEndpointUrl}: a file: or https: URL is expected");
        JwksRefresh = TimeSpan.FromMilliseconds(values.Long("sasl.oauthbearer.jwks.endpoint.refresh.ms"));
        ExpectedIssuer = values.TextOrNull("sasl.oauthbearer.expected.issuer");
        ExpectedAudience = values.Entries("sasl.oauthbearer.expected.audience");
        ClockSkew = TimeSpan.FromSeconds(values.Int("sasl.oauthbearer.clock.skew.seconds"));
        ScopeClaimName = values.Text("sasl.oauthbearer.scope.claim.name");
        SubClaimName = values.Text("sasl.oauthbearer.sub.claim.name");
        AllowsUnsecured = JwksEndpointUrl is null && jaas is not null && jaas.Options.Keys.Any(option => option.StartsWith(UnsecuredPrefix, StringComparison.Ordinal));
        if (AllowsUnsecured && jaas!.Options.Keys.FirstOrDefault(option => option.StartsWith(ValidatorPrefix, StringComparison.Ordinal) && option != PrincipalClaimOption) is { } unserved)
            throw new ConfigException($"sasl.jaas.config: the option {unserved} of OAUTHBEARER is not served; of {ValidatorPrefix}… only {PrincipalClaimOption} is");
        if (AllowsUnsecured)
            SubClaimName = jaas!.Options.GetValueOrDefault(PrincipalClaimOption) ?? SubClaimName;
        if (JwksEndpointUrl is null && !AllowsUnsecured)
            throw new ConfigException($"{JwksUrlName}: a file: or https: URL is expected since OAUTHBEARER is enabled, or a login module with an unsecured… option");
    }

    /// <summary>Where the keys are that sign tokens; null for tokens that are not signed.</summary>
    public string? JwksEndpointUrl { get; }

    public TimeSpan JwksRefresh { get; }

    public string? ExpectedIssuer { get; }

    /// <summary>Empty accepts any.</summary>
    public IReadOnlyList<string> ExpectedAudience { get; }

    public TimeSpan ClockSkew { get; }

    public string ScopeClaimName { get; }

    public string SubClaimName { get; }

    public bool AllowsUnsecured { get; }
}
