namespace NettyKafka.Server.Groups.Consumer.Assignors;

/// <summary>Balances a group in which everybody subscribes alike: a member may own any partition, so a quota each says everything.</summary>
sealed class HomogeneousBalance(PartitionOwners owners)
{
    readonly int[] quotas = new int[owners.Members.Length];

    public void Reach()
    {
        SetQuotas();
        Revoke();
        Deal();
    }

    // One partition more than the minimum goes first to those who have it, then to those who get new partitions anyhow.
    void SetQuotas()
    {
        var (minimum, extra) = Math.DivRem(owners.PartitionCount, quotas.Length);
        Array.Fill(quotas, minimum);
        Raise(load => load > minimum);
        Raise(load => load < minimum);
        Raise(load => load == minimum);

        void Raise(Predicate<int> isNext)
        {
            for (var member = 0; member < quotas.Length && extra > 0; member++)
            {
                if (!isNext(owners.Loads[member]))
                    continue;
                quotas[member]++;
                extra--;
            }
        }
    }

    // What a member gives up is taken evenly from all it owns, so that no topic ends up with few members.
    void Revoke()
    {
        var loads = owners.Loads.ToArray();
        var seen = new long[loads.Length];
        for (var partition = 0; partition < owners.PartitionCount; partition++)
        {
            var member = owners[partition];
            if (member == PartitionOwners.Nobody || loads[member] <= quotas[member])
                continue;
            var kept = seen[member]++ * quotas[member] / loads[member];
            if (seen[member] * quotas[member] / loads[member] == kept)
                owners[partition] = PartitionOwners.Nobody;
        }
    }

    void Deal()
    {
        var members = new Queue<int>(Enumerable.Range(0, quotas.Length).Where(member => owners.Loads[member] < quotas[member]));
        for (var partition = 0; partition < owners.PartitionCount; partition++)
        {
            if (owners[partition] != PartitionOwners.Nobody)
                continue;
            var member = members.Dequeue();
            owners[partition] = member;
            if (owners.Loads[member] < quotas[member])
                members.Enqueue(member);
        }
    }
}
