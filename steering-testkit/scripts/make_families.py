"""Makes small random checkpoints of many decoder families with reference values computed by Hugging Face transformers.

    python make_families.py [--out DIRECTORY] [NAME ...]

Needs torch, transformers 5 and safetensors. Everything is seeded by the name. Values are taken through hooks at every layer, in
single precision with eager attention, from the checkpoint as it is stored (bfloat16). `falcon-rw` uses sdpa, because eager attention
of transformers 5.18 adds its slopes twice. `old` writes config.json as transformers 4 does.
"""
import copy
import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import CONFIG_MAPPING, AutoModelForCausalLM

torch.set_num_threads(1)
OUT = pathlib.Path("packs")
BASE = dict(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=128, bos_token_id=1, eos_token_id=2, pad_token_id=0)
C={}
def add(name,mt,old=False,**k): C[name]=(mt,old,k)
add("arcee","arcee",mlp_bias=True,attention_bias=True)
add("arcee-old","arcee",old=True)
add("helium","helium",head_dim=8)
add("helium16","helium",head_dim=16,num_key_value_heads=4,tie_word_embeddings=True)
add("glm","glm",head_dim=8,attention_bias=True)
add("glm-nobias","glm",head_dim=16,attention_bias=False,rope_parameters=dict(rope_type="default",rope_theta=5000.,partial_rotary_factor=0.25))
add("glm4-tied","glm4",head_dim=16,tie_word_embeddings=True,old=True)
add("cohere","cohere",logit_scale=0.3)
add("cohere-bias","cohere",logit_scale=0.1,attention_bias=True,tie_word_embeddings=False,old=True)
add("cohere2-b","cohere2",num_hidden_layers=5,head_dim=8,sliding_window=4,attention_bias=True)
add("olmo2-b","olmo2",attention_bias=True,num_key_value_heads=4,tie_word_embeddings=True,old=True)
add("olmo3-b","olmo3",num_hidden_layers=5,sliding_window=4)
add("exaone4-b","exaone4",num_hidden_layers=5,sliding_window=5,sliding_window_pattern=4,head_dim=16,tie_word_embeddings=True)
add("exaone4-full","exaone4",sliding_window=None,sliding_window_pattern=None,layer_types=["full_attention"]*2,old=True)
add("ministral3-b","ministral3",head_dim=16,sliding_window=6,rope_parameters=dict(rope_type="yarn",rope_theta=1e4,factor=4.,original_max_position_embeddings=6,max_position_embeddings=128,beta_fast=32.,beta_slow=1.,mscale=1.,mscale_all_dim=1.,llama_4_scaling_beta=0.3,type="yarn"))
add("stablelm-par","stablelm",use_parallel_residual=True,use_qkv_bias=False,num_attention_heads=2)
add("stablelm-old","stablelm",use_qkv_bias=True,old=True,rope_parameters=dict(rope_type="default",rope_theta=3000.,partial_rotary_factor=0.5))
add("starcoder2-b","starcoder2",use_bias=False,sliding_window=None,tie_word_embeddings=False,old=True)
add("nemotron-b","nemotron",attention_bias=True,mlp_bias=True,head_dim=16,old=True)
add("phi-b","phi",num_key_value_heads=2,rope_parameters=dict(rope_type="default",rope_theta=3000.,partial_rotary_factor=0.25),num_attention_heads=2,old=True)
add("seed_oss-b","seed_oss",attention_bias=False,attention_out_bias=True,mlp_bias=True,head_dim=8,tie_word_embeddings=True,old=True)
add("hunyuan-b","hunyuan_v1_dense",attention_bias=True,head_dim=16,rope_parameters=dict(rope_type="dynamic",rope_theta=1e4,alpha=50.,factor=1.0))
add("ernie-b","ernie4_5",use_bias=True,head_dim=16,tie_word_embeddings=False,old=True)
add("gpt2-b","gpt2",_n=dict(n_embd=32,n_head=4,n_layer=2,n_positions=64,n_inner=40,scale_attn_weights=False))
add("gpt2-relu","gpt2",_n=dict(n_embd=32,n_head=4,n_layer=2,n_positions=64,activation_function="relu"))
add("neox-seq","gpt_neox",use_parallel_residual=False,num_key_value_heads=...,num_attention_heads=2,rope_parameters=dict(rope_type="default",rope_theta=1e4,partial_rotary_factor=1.0))
add("neox-old","gpt_neox",old="neox",num_key_value_heads=...,num_attention_heads=2,attention_bias=False,tie_word_embeddings=True,rope_parameters=dict(rope_type="default",rope_theta=2e3,partial_rotary_factor=0.5))
add("opt-nobias","opt",_n=dict(hidden_size=32,ffn_dim=40,num_attention_heads=4,num_hidden_layers=2,enable_bias=False,max_position_embeddings=64,word_embed_proj_dim=32),)
add("opt-gelu","opt",_n=dict(hidden_size=32,ffn_dim=40,num_attention_heads=4,num_hidden_layers=2,activation_function="gelu",max_position_embeddings=64,word_embed_proj_dim=32,tie_word_embeddings=False))
add("mixtral-b","mixtral",num_local_experts=5,num_experts_per_tok=3,head_dim=16,sliding_window=5,old=True,tie_word_embeddings=True)
add("qwen2_moe","qwen2_moe",num_experts=4,num_experts_per_tok=2,moe_intermediate_size=16,shared_expert_intermediate_size=24,norm_topk_prob=False)
add("qwen2_moe-b","qwen2_moe",num_hidden_layers=4,num_experts=4,num_experts_per_tok=3,moe_intermediate_size=16,shared_expert_intermediate_size=24,norm_topk_prob=True,decoder_sparse_step=2,mlp_only_layers=[3],old=True)
add("qwen3_moe-b","qwen3_moe",num_hidden_layers=4,head_dim=16,num_experts=6,num_experts_per_tok=3,moe_intermediate_size=16,norm_topk_prob=False,decoder_sparse_step=1,mlp_only_layers=[1],old=True)
add("olmoe","olmoe",num_experts=4,num_experts_per_tok=2)
add("olmoe-b","olmoe",num_experts=5,num_experts_per_tok=3,norm_topk_prob=True,attention_bias=True,num_key_value_heads=4,old=True)
add("granitemoe-b","granitemoe",num_local_experts=3,num_experts_per_tok=2,attention_bias=True,embedding_multiplier=2.,residual_multiplier=.5,logits_scaling=2.,attention_multiplier=.3,old=True,tie_word_embeddings=True)
add("gpt_oss-b","gpt_oss",num_local_experts=5,num_experts_per_tok=3,head_dim=16,sliding_window=4,num_hidden_layers=3,layer_types=["full_attention","sliding_attention","sliding_attention"],rope_parameters=dict(rope_type="default",rope_theta=1e4))
add("gptj","gptj",_n=dict(n_embd=32,n_head=4,n_layer=2,n_positions=64,rotary_dim=4))
add("gptj-b","gptj",_n=dict(n_embd=32,n_head=2,n_layer=2,n_positions=64,rotary_dim=16,n_inner=40))
add("falcon-7b","falcon",num_key_value_heads=...,intermediate_size=...,num_kv_heads=1,multi_query=True,parallel_attn=True,new_decoder_architecture=False,bias=False,alibi=False)
add("falcon-40b","falcon",num_key_value_heads=...,intermediate_size=...,num_kv_heads=2,multi_query=True,parallel_attn=True,new_decoder_architecture=True,bias=False,alibi=False)
add("falcon-11b","falcon",num_key_value_heads=...,intermediate_size=...,num_kv_heads=2,new_decoder_architecture=True,num_ln_in_parallel_attn=1,bias=False,alibi=False,ffn_hidden_size=40,tie_word_embeddings=False)
add("falcon-seq","falcon",num_key_value_heads=...,intermediate_size=...,multi_query=False,parallel_attn=False,new_decoder_architecture=False,bias=True,alibi=False)
add("falcon-rw","falcon",num_key_value_heads=...,intermediate_size=...,multi_query=False,parallel_attn=False,new_decoder_architecture=False,bias=True,alibi=True)
add("bloom","bloom",_n=dict(hidden_size=32,n_layer=2,n_head=4))
add("mpt","mpt",_n=dict(d_model=32,n_heads=4,n_layers=2,max_seq_len=64,expansion_ratio=2))
add("olmo","olmo")
add("olmo-clip","olmo",clip_qkv=0.5,tie_word_embeddings=True)
add("apertus","apertus")
add("deepseek_v3-b","deepseek_v3",num_key_value_heads=4,num_hidden_layers=3,first_k_dense_replace=1,kv_lora_rank=8,q_lora_rank=None,qk_nope_head_dim=8,qk_rope_head_dim=8,v_head_dim=12,n_group=1,topk_group=1,n_routed_experts=5,num_experts_per_tok=3,n_shared_experts=2,moe_intermediate_size=16,norm_topk_prob=False,rope_interleave=True)
add("deepseek_v2","deepseek_v2",num_key_value_heads=4,num_hidden_layers=3,first_k_dense_replace=1,kv_lora_rank=8,q_lora_rank=12,qk_nope_head_dim=8,qk_rope_head_dim=4,v_head_dim=8,n_group=2,topk_group=1,n_routed_experts=4,num_experts_per_tok=2,n_shared_experts=1,moe_intermediate_size=16,topk_method="group_limited_greedy",routed_scaling_factor=2.)
add("gemma4-kv","gemma4_text",num_hidden_layers=6,head_dim=8,global_head_dim=16,hidden_size_per_layer_input=8,vocab_size_per_layer_input=64,sliding_window=5,num_kv_shared_layers=2,use_double_wide_mlp=True,layer_types=["sliding_attention","full_attention"]*3,tie_word_embeddings=True)
add("gemma4-keqv","gemma4_text",num_hidden_layers=4,head_dim=8,global_head_dim=16,hidden_size_per_layer_input=0,sliding_window=5,attention_k_eq_v=True,num_global_key_value_heads=1,layer_types=["sliding_attention","full_attention"]*2)
add("gemma4-moe","gemma4_text",num_hidden_layers=3,head_dim=8,global_head_dim=16,hidden_size_per_layer_input=0,sliding_window=5,enable_moe_block=True,num_experts=5,top_k_experts=3,moe_intermediate_size=16,layer_types=["sliding_attention","sliding_attention","full_attention"])
add("apertus-b","apertus",num_hidden_layers=3,attention_bias=True,tie_word_embeddings=True,head_dim=16,rope_parameters=dict(rope_type="default",rope_theta=1e4))
add("gemma3n","gemma3n_text",num_hidden_layers=5,head_dim=8,hidden_size_per_layer_input=8,vocab_size_per_layer_input=64,sliding_window=5,num_kv_shared_layers=2,laurel_rank=4,altup_num_inputs=3,altup_active_idx=0,activation_sparsity_pattern=[0.5,0.,0.,0.,0.],layer_types=["sliding_attention","full_attention","sliding_attention","sliding_attention","full_attention"])
add("gemma3n-b","gemma3n_text",num_hidden_layers=5,head_dim=16,hidden_size_per_layer_input=8,vocab_size_per_layer_input=64,sliding_window=4,num_kv_shared_layers=2,laurel_rank=4,altup_num_inputs=4,altup_active_idx=1,altup_correct_scale=False,final_logit_softcapping=2.,intermediate_size=[48,40,48,48,24],activation_sparsity_pattern=[0.95,0.3,0.,0.,0.],layer_types=["sliding_attention","full_attention","sliding_attention","sliding_attention","full_attention"])
add("qwen3_next","qwen3_next",num_hidden_layers=4,head_dim=16,num_experts=4,num_experts_per_tok=2,moe_intermediate_size=16,shared_expert_intermediate_size=24,linear_num_key_heads=2,linear_num_value_heads=4,linear_key_head_dim=8,linear_value_head_dim=16,rms_norm_eps=1e-3)
add("qwen3_next-b","qwen3_next",num_hidden_layers=3,head_dim=8,num_experts=5,num_experts_per_tok=3,moe_intermediate_size=16,shared_expert_intermediate_size=24,mlp_only_layers=[1],norm_topk_prob=False,linear_num_key_heads=2,linear_num_value_heads=2,linear_key_head_dim=16,linear_value_head_dim=8,linear_conv_kernel_dim=3,rms_norm_eps=1e-3,layer_types=["full_attention","linear_attention","linear_attention"],tie_word_embeddings=True,rope_parameters=dict(rope_type="default",rope_theta=1e4,partial_rotary_factor=0.5))
add("qwen3_next-c","qwen3_next",num_hidden_layers=3,head_dim=16,num_experts=3,num_experts_per_tok=2,moe_intermediate_size=16,shared_expert_intermediate_size=24,linear_num_key_heads=2,linear_num_value_heads=4,linear_key_head_dim=8,linear_value_head_dim=16,rms_norm_eps=1e-3,layer_types=["linear_attention","linear_attention","full_attention"])
add("qwen3_5_moe","qwen3_5_moe_text",num_hidden_layers=4,head_dim=16,num_experts=4,num_experts_per_tok=2,moe_intermediate_size=16,shared_expert_intermediate_size=24,linear_num_key_heads=2,linear_num_value_heads=4,linear_key_head_dim=8,linear_value_head_dim=16,rms_norm_eps=1e-3)
add("qwen3_5_moe-b","qwen3_5_moe_text",num_hidden_layers=3,head_dim=16,num_experts=4,num_experts_per_tok=2,moe_intermediate_size=16,shared_expert_intermediate_size=24,linear_num_key_heads=2,linear_num_value_heads=4,linear_key_head_dim=8,linear_value_head_dim=16,rms_norm_eps=1e-3,layer_types=["linear_attention","full_attention","linear_attention"])
add("qwen3_5_moe-c","qwen3_5_moe_text",num_hidden_layers=2,head_dim=16,num_experts=3,num_experts_per_tok=2,moe_intermediate_size=16,shared_expert_intermediate_size=24,linear_num_key_heads=2,linear_num_value_heads=4,linear_key_head_dim=8,linear_value_head_dim=16,rms_norm_eps=1e-3,layer_types=["linear_attention","full_attention"],tie_word_embeddings=True)
add("lfm2_moe","lfm2_moe",num_hidden_layers=4,layer_types=["conv","full_attention","conv","full_attention"],num_experts=4,num_experts_per_tok=2,moe_intermediate_size=16,num_dense_layers=1,norm_topk_prob=True,use_expert_bias=True,routed_scaling_factor=1.5)
add("granite4","granitemoehybrid",num_hidden_layers=3,layer_types=["linear_attention","full_attention","linear_attention"],num_local_experts=4,num_experts_per_tok=2,shared_intermediate_size=24,mamba_n_heads=4,mamba_d_state=8,mamba_n_groups=2,embedding_multiplier=2.,residual_multiplier=.5,logits_scaling=2.,attention_multiplier=.3)
add("granite4-b","granitemoehybrid",num_hidden_layers=3,layer_types=["full_attention","linear_attention","linear_attention"],num_local_experts=0,shared_intermediate_size=24,mamba_n_heads=8,mamba_d_state=4,mamba_d_conv=3,mamba_conv_bias=False,mamba_proj_bias=True,attention_bias=True,position_embedding_type="rope",tie_word_embeddings=True,attention_multiplier=.3,rope_parameters=dict(rope_type="default",rope_theta=1e4))
add("falcon_h1","falcon_h1",num_hidden_layers=3,mamba_d_ssm=48,mamba_n_heads=4,mamba_n_groups=2,mamba_d_state=8,lm_head_multiplier=.5,embedding_multiplier=3.,mlp_multipliers=[.7,.6],key_multiplier=.4,attention_out_multiplier=.8,attention_in_multiplier=.9,ssm_multipliers=[.5,.6,.7,.8,.9],ssm_in_multiplier=1.2,ssm_out_multiplier=.4,rope_parameters=dict(rope_type="default",rope_theta=1e4))
add("falcon_h1-b","falcon_h1",num_hidden_layers=2,head_dim=16,mamba_d_ssm=None,mamba_n_heads=8,mamba_n_groups=2,mamba_d_state=4,mamba_d_conv=3,mamba_rms_norm=True,mamba_norm_before_gate=False,mamba_conv_bias=False,mamba_proj_bias=True,projectors_bias=True,mlp_bias=True,attention_bias=True,tie_word_embeddings=True,rope_parameters=dict(rope_type="default",rope_theta=1e4))
add("falcon_h1-c","falcon_h1",num_hidden_layers=2,mamba_d_ssm=48,mamba_n_heads=4,mamba_n_groups=2,mamba_d_state=4,mamba_rms_norm=True,mamba_norm_before_gate=True,rope_parameters=dict(rope_type="default",rope_theta=1e4))
add("llama4","llama4_text",num_hidden_layers=4,head_dim=16,intermediate_size_mlp=40,num_local_experts=4,num_experts_per_tok=1,interleave_moe_layer_step=2,no_rope_layers=[1,1,1,0],attention_chunk_size=128,use_qk_norm=True,attn_temperature_tuning=True,floor_scale=6,attn_scale=.3,rope_parameters=dict(rope_type="default",rope_theta=1e4))
add("llama4-b","llama4_text",num_hidden_layers=2,head_dim=8,intermediate_size_mlp=40,num_local_experts=4,num_experts_per_tok=2,interleave_moe_layer_step=1,no_rope_layers=[1,0],attention_chunk_size=128,use_qk_norm=False,attn_temperature_tuning=False,attention_bias=True,tie_word_embeddings=True,rope_parameters=dict(rope_type="llama3",rope_theta=1e4,factor=8.,low_freq_factor=1.,high_freq_factor=4.,original_max_position_embeddings=16))
add("lfm2","lfm2",num_hidden_layers=4,layer_types=["conv","full_attention","conv","full_attention"],conv_L_cache=3)
add("granite","granite",attention_bias=True,embedding_multiplier=2.,residual_multiplier=.5,logits_scaling=2.,attention_multiplier=.3,old=True)
add("qwen3_5-b","qwen3_5_text",num_hidden_layers=3,head_dim=16,layer_types=["linear_attention","full_attention","linear_attention"],linear_num_key_heads=2,linear_num_value_heads=2,linear_key_head_dim=8,linear_value_head_dim=16,linear_conv_kernel_dim=3,rms_norm_eps=1e-3,tie_word_embeddings=True)
add("lfm2-b","lfm2",num_hidden_layers=3,layer_types=["conv","conv","full_attention"],conv_bias=True,block_auto_adjust_ff_dim=False,conv_L_cache=4)
add("glm4_moe","glm4_moe",num_hidden_layers=3,head_dim=8,n_routed_experts=4,num_experts_per_tok=2,moe_intermediate_size=16,first_k_dense_replace=1,use_qk_norm=True,n_group=1,topk_group=1,attention_bias=True)
add("smollm3","smollm3",num_hidden_layers=4)
def body(m):
    for path in ("model.language_model","model.decoder","model","transformer","gpt_neox"):
        o=m
        try:
            for p in path.split("."): o=getattr(o,p)
        except AttributeError: continue
        for l in ("layers","h","blocks"):
            if hasattr(o,l): return o,list(getattr(o,l))
    raise Exception("body?")
class Run:
    def __init__(s,m,v):
        s.m,s.v,s.first=m,v,None; s.pts=[]; s.vec=v
        b,ls=body(m)
        ls[0].register_forward_pre_hook(s.pre,with_kwargs=True)
        for i,l in enumerate(ls): l.register_forward_hook(lambda mod,inp,out,p=i+1: s.post(p,out))
        if "gemma3n" in m.config.model_type: b.norm.register_forward_pre_hook(lambda mod,a: (s.ch(len(ls),a[0]),))
        for n in ("norm","embedding_norm","ln_f","final_layer_norm","final_layernorm","norm_f"):
            if hasattr(b,n): getattr(b,n).register_forward_hook(lambda mod,i,o: setattr(s,"normed",o)); break
    def ch(s,p,x):
        if x.dim()==4:
            if p==len(s.vec)-1: return x # what the final norm reads counts
            a=s.m.config.altup_active_idx
            if s.first is not None:
                x=x.clone(); x[a,:,s.first:]+=s.v[p]
            s.pts.append(x[a].clone()); return x
        if s.first is not None:
            x=x.clone(); x[:,s.first:]+=s.v[p]
        s.pts.append(x); return x
    def pre(s,mod,args,kw):
        if args: return ((s.ch(0,args[0]),)+args[1:],kw)
        kw=dict(kw); kw["hidden_states"]=s.ch(0,kw["hidden_states"]); return (args,kw)
    def post(s,p,o):
        return (s.ch(p,o[0]),*o[1:]) if isinstance(o,tuple) else s.ch(p,o)
    def __call__(s,ids,first=None):
        s.first=first; s.pts=[]
        lg=s.m(input_ids=ids,use_cache=False).logits
        return lg,torch.stack(s.pts)
    def greedy(s,ids,st):
        f=ids.shape[1]-1 if st else None; t=ids
        for _ in range(16): t=torch.cat([t,s(t,f)[0][:,-1:].argmax(-1)],1)
        return t[0,ids.shape[1]:]
def make(name):
    mt,old,k=C[name]; k=dict(k); g=torch.Generator().manual_seed(sum(map(ord,name)))
    n=k.pop("_n",None)
    vals=dict(vocab_size=64,bos_token_id=1,eos_token_id=2,pad_token_id=0,**n) if n else {**BASE,**k}
    vals={a:b for a,b in vals.items() if b is not ...}
    cfg=CONFIG_MAPPING[mt](**vals); cfg._attn_implementation="eager"
    m=AutoModelForCausalLM.from_config(cfg).float().eval(); m.set_attn_implementation("eager")
    with torch.no_grad():
        for pn,p in m.named_parameters():
            z=torch.randn(p.shape,generator=g)
            if pn.endswith("bias"): p.copy_(z*.2)
            elif p.dim()==1: p.copy_((0 if "nemotron" in mt else 1)+z*.1)
            else: p.copy_(z*(1. if ("embed" in pn or "wte" in pn or "wpe" in pn) else 1.2/p.shape[-1]**.5))
        for bn,b in m.named_buffers():
            if bn.endswith("layer_scalar"): b.copy_(torch.rand(b.shape,generator=g)+.5)
            if bn.endswith("e_score_correction_bias"): b.copy_(torch.randn(b.shape,generator=g)*.1)
    d=OUT/name; d.mkdir(exist_ok=True)
    copy.deepcopy(m).bfloat16().save_pretrained(d)
    m=AutoModelForCausalLM.from_pretrained(d,dtype=torch.float32,attn_implementation="sdpa" if name=="falcon-rw" else "eager").float().eval(); m.set_attn_implementation("sdpa" if name=="falcon-rw" else "eager")
    N=cfg.num_hidden_layers; H=cfg.hidden_size
    with torch.no_grad():
        v=torch.randn((N+1,H),generator=g)*.3
        ids=torch.randint(3,64,(2,21),generator=g); sh=torch.randint(3,64,(1,13),generator=g)
        r=Run(m,v); R=dict(input_ids=ids,short_input_ids=sh,steering_vectors=v)
        R["logits"],R["hidden_states"]=r(ids); R["final_norm"]=r.normed
        R["steered_logits"],R["steered_hidden_states"]=r(ids,0)
        lg,pt=r(sh); R["short_last_logits"]=lg[:,-1]; R["short_last_hidden_states"]=pt[:,:,-1]
        for pf,t in (("",ids[:1]),("short_",sh)):
            R[pf+"greedy"]=r.greedy(t,False); R[pf+"greedy_steered_from_last_prompt_token"]=r.greedy(t,True)
    save_file({a:b.contiguous().clone() for a,b in R.items()},d/"reference.safetensors")
    c=json.load(open(d/"config.json"))
    if old:
        rp=c.pop("rope_parameters",None) or {}
        c["torch_dtype"]=c.pop("dtype","bfloat16")
        if "rope_theta" in rp:
            if old=="neox": c["rotary_emb_base"]=rp["rope_theta"]; c["rotary_pct"]=rp.get("partial_rotary_factor",.25)
            else:
                c["rope_theta"]=rp["rope_theta"]
                if "partial_rotary_factor" in rp: c["partial_rotary_factor"]=rp["partial_rotary_factor"]
            c["rope_scaling"]={k:v for k,v in rp.items() if k not in("rope_theta","partial_rotary_factor")} if rp.get("rope_type","default")!="default" else None
        if "num_local_experts" in c and mt.startswith("qwen"): c["num_experts"]=c.pop("num_local_experts")
        json.dump(c,open(d/"config.json","w"),indent=1)
    print("made",name)
if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[:1] == ["--out"]:
        OUT = pathlib.Path(arguments[1])
        arguments = arguments[2:]
    OUT.mkdir(parents=True, exist_ok=True)
    for n in arguments or [n for n in C if n not in ("helium16", "gemma3n")]:
        make(n)
