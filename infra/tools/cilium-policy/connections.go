package main

import (
	"log/slog"
	"net/netip"

	cmtypes "github.com/cilium/cilium/pkg/clustermesh/types"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	ciliumio "github.com/cilium/cilium/pkg/k8s/apis/cilium.io"
	"github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/types"
	"github.com/cilium/cilium/pkg/testutils/policy"
	"github.com/cilium/cilium/pkg/u8proto"
)

// A question names everybody there is: who in it reaches whom, at which of the ports of TCP?
type question struct {
	Policies  []v2.CiliumNetworkPolicy `json:"policies"`
	Endpoints []endpoint               `json:"endpoints"`
	Ports     []uint16                 `json:"ports"`
}

// An endpoint is a pod where it has a namespace, and a machine outside the cluster where it has none.
type endpoint struct {
	Name      string            `json:"name"`
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels"`
	Address   netip.Addr        `json:"address"`
}

type connection struct {
	Caller string `json:"caller"`
	Callee string `json:"callee"`
	Port   uint16 `json:"port"`
}

func connections(logger *slog.Logger, asked question) ([]connection, error) {
	option.Config.EnableIPv4, option.Config.EnableIPv6 = true, true
	policy.SetPolicyEnabled(option.DefaultEnforcement)

	all := identity.IdentityMap{}
	identities := make([]*identity.Identity, len(asked.Endpoints))
	for index, each := range asked.Endpoints {
		identities[index] = identityOf(each, index)
		all[identities[index].ID] = identities[index].LabelArray
	}
	manager := identitymanager.NewIDManager(logger)
	repository := policy.NewPolicyRepository(logger, all, nil, nil, manager, testpolicy.NewPolicyMetricsNoop())
	manager.Subscribe(testpolicy.SelectorCacheObserver{Cache: repository.GetSubjectSelectorCache()})
	for _, each := range asked.Policies {
		rules, err := each.Parse(logger, cmtypes.PolicyAnyCluster)
		if err != nil {
			return nil, err
		}
		repository.MustAddList(rules)
	}

	found := []connection{}
	for caller, from := range identities {
		for callee, to := range identities {
			if caller == callee {
				continue
			}
			for _, port := range asked.Ports {
				flow := types.Flow{From: from, To: to, Proto: u8proto.TCP, Dport: port}
				verdict, _, _, err := policy.LookupFlow(logger, repository, manager, flow)
				if err != nil {
					return nil, err
				}
				if verdict.Allowed() {
					found = append(found, connection{asked.Endpoints[caller].Name, asked.Endpoints[callee].Name, port})
				}
			}
		}
	}
	return found, nil
}

// As Cilium itself gives them: by labels and namespace to a pod, by address to a machine.
func identityOf(each endpoint, index int) *identity.Identity {
	if each.Namespace == "" {
		known := labels.GetCIDRLabelArray(netip.PrefixFrom(each.Address, each.Address.BitLen()))
		return identity.NewIdentityFromLabelArray(identity.IdentityScopeLocal+identity.NumericIdentity(index+1), known.Sort())
	}
	known := labels.LabelArray{labels.NewLabel(ciliumio.PodNamespaceLabel, each.Namespace, labels.LabelSourceK8s)}
	for name, value := range each.Labels {
		known = append(known, labels.NewLabel(name, value, labels.LabelSourceK8s))
	}
	return identity.NewIdentityFromLabelArray(identity.NumericIdentity(1001+index), known.Sort())
}
