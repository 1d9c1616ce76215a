using NettyKafka.Codec.Messages;

namespace NettyKafka.Testing.Faults;

/// <summary>Responses that have their error at the top in all versions.</summary>
static class TopLevelErrors
{
    public static void AddTo(Dictionary<short, ErrorResponses.Make<object>> makers)
    {
        makers.Add(ApiKeys.JoinGroup, error => new JoinGroupResponse { ErrorCode = error });
        makers.Add(ApiKeys.Heartbeat, error => new HeartbeatResponse { ErrorCode = error });
        makers.Add(ApiKeys.LeaveGroup, error => new LeaveGroupResponse { ErrorCode = error });
        makers.Add(ApiKeys.SyncGroup, error => new SyncGroupResponse { ErrorCode = error });
        makers.Add(ApiKeys.ListGroups, error => new ListGroupsResponse { ErrorCode = error });
        makers.Add(ApiKeys.SaslHandshake, error => new SaslHandshakeResponse { ErrorCode = error });
        makers.Add(ApiKeys.SaslAuthenticate, error => new SaslAuthenticateResponse { ErrorCode = error });
        makers.Add(ApiKeys.ApiVersions, error => new ApiVersionsResponse { ErrorCode = error });
        makers.Add(ApiKeys.InitProducerId, error => new InitProducerIdResponse { ErrorCode = error, ProducerEpoch = -1 });
        makers.Add(ApiKeys.AddOffsetsToTxn, error => new AddOffsetsToTxnResponse { ErrorCode = error });
        makers.Add(ApiKeys.EndTxn, error => new EndTxnResponse { ErrorCode = error });
        makers.Add(ApiKeys.DescribeAcls, error => new DescribeAclsResponse { ErrorCode = error });
        makers.Add(ApiKeys.CreateDelegationToken, error => new CreateDelegationTokenResponse { ErrorCode = error });
        makers.Add(ApiKeys.RenewDelegationToken, error => new RenewDelegationTokenResponse { ErrorCode = error });
        makers.Add(ApiKeys.ExpireDelegationToken, error => new ExpireDelegationTokenResponse { ErrorCode = error });
        makers.Add(ApiKeys.DescribeDelegationToken, error => new DescribeDelegationTokenResponse { ErrorCode = error });
        makers.Add(ApiKeys.AlterPartitionReassignments, error => new AlterPartitionReassignmentsResponse { ErrorCode = error });
        makers.Add(ApiKeys.ListPartitionReassignments, error => new ListPartitionReassignmentsResponse { ErrorCode = error });
        makers.Add(ApiKeys.OffsetDelete, error => new OffsetDeleteResponse { ErrorCode = error });
        makers.Add(ApiKeys.DescribeClientQuotas, error => new DescribeClientQuotasResponse { ErrorCode = error, Entries = null });
        makers.Add(ApiKeys.DescribeUserScramCredentials, error => new DescribeUserScramCredentialsResponse { ErrorCode = error });
        makers.Add(ApiKeys.DescribeQuorum, error => new DescribeQuorumResponse { ErrorCode = error });
        makers.Add(ApiKeys.UpdateFeatures, error => new UpdateFeaturesResponse { ErrorCode = error });
        makers.Add(ApiKeys.DescribeCluster, error => new DescribeClusterResponse { ErrorCode = error });
        makers.Add(ApiKeys.UnregisterBroker, error => new UnregisterBrokerResponse { ErrorCode = error });
        makers.Add(ApiKeys.ListTransactions, error => new ListTransactionsResponse { ErrorCode = error });
        makers.Add(ApiKeys.ConsumerGroupHeartbeat, error => new ConsumerGroupHeartbeatResponse { ErrorCode = error });
        makers.Add(ApiKeys.GetTelemetrySubscriptions, error => new GetTelemetrySubscriptionsResponse { ErrorCode = error });
        makers.Add(ApiKeys.PushTelemetry, error => new PushTelemetryResponse { ErrorCode = error });
        makers.Add(ApiKeys.ListConfigResources, error => new ListConfigResourcesResponse { ErrorCode = error });
        makers.Add(ApiKeys.AddRaftVoter, error => new AddRaftVoterResponse { ErrorCode = error });
        makers.Add(ApiKeys.RemoveRaftVoter, error => new RemoveRaftVoterResponse { ErrorCode = error });
        makers.Add(ApiKeys.UnregisterController, error => new UnregisterControllerResponse { ErrorCode = error });
    }
}
